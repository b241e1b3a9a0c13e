package dev.corrosion.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.broadcast.Broadcast.Send;
import dev.corrosion.crdt.Change;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionPart;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BroadcastTest {

    private static final ActorId SELF = actor(0);

    private final Broadcast broadcast = new Broadcast(SELF);

    @Test
    void reachesPresentMembersOnly() {
        broadcast.committed(part(1, 10));
        List<Send> sends = broadcast.flush(List.of(
                member(1, Member.State.ALIVE),
                member(2, Member.State.SUSPECT),
                member(3, Member.State.DOWN),
                member(4, Member.State.LEFT)));
        assertThat(sends).containsExactly(new Send(new Changes(List.of(part(1, 10))), List.of(address(1), address(2))));
    }

    @Test
    void commitsThatWaitTogetherShareFramesUpToTheBound() {
        List<VersionPart> parts =
                IntStream.rangeClosed(1, 10).mapToObj(v -> part(v, 20_000)).toList();
        parts.forEach(broadcast::committed);
        List<VersionPart> sent = broadcast.flush(List.of(member(1, Member.State.ALIVE))).stream()
                .map(send -> ((Changes) send.message()).parts())
                .peek(frame -> assertThat(frame.stream()
                                .mapToInt(VersionPart::estimatedBytes)
                                .sum())
                        .isLessThanOrEqualTo(Broadcast.MAX_FRAME_BYTES))
                .flatMap(List::stream)
                .toList();
        assertThat(sent).isEqualTo(parts);
    }

    @Test
    void aLargeVersionIsOnlyAnnounced() {
        broadcast.committedLarge(7);
        assertThat(broadcast.flush(List.of(member(1, Member.State.ALIVE))))
                .containsExactly(new Send(new VersionHead(SELF, 7), List.of(address(1))));
    }

    @Test
    void nothingIsSentTwice() {
        broadcast.committed(part(1, 10));
        broadcast.committedLarge(2);
        List<MemberRecord> members = List.of(member(1, Member.State.ALIVE));
        assertThat(broadcast.flush(members)).hasSize(2);
        assertThat(broadcast.flush(members)).isEmpty();
    }

    private static VersionPart part(long version, int bytes) {
        Change change = new Change("t", new byte[] {1, 1}, "c", "x".repeat(bytes), 1, version, SELF, 1, 0, "0");
        return new VersionPart(SELF, version, 0, 0, true, List.of(change));
    }

    private static MemberRecord member(int number, Member.State state) {
        return new MemberRecord(actor(number), "n" + number, address(number), 1, 1, state);
    }

    private static InetSocketAddress address(int number) {
        return InetSocketAddress.createUnresolved("node", 1000 + number);
    }

    private static ActorId actor(int number) {
        return new ActorId(new UUID(0, number));
    }
}
