package dev.corrosion.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.SwimPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A member tells of many that are not there. */
class InventedMembersTest {

    private static final int PLACES = News.MAX_MEMBERS - News.RESERVED;

    private final MemberRecord liar = member(1, Member.State.ALIVE);
    private final Swim swim =
            new Swim(SwimConfig.defaults(1100), member(0, Member.State.ALIVE), to -> RoundTrips.UNKNOWN, new Random(1));
    private int invented = 1000;

    @Test
    void whatOthersCanInventIsBoundedAndWhoSpeaksForItselfHasAPlace() {
        tell(invent(PLACES + 5000, Member.State.ALIVE));
        assertThat(swim.members()).hasSize(PLACES);

        MemberRecord honest = member(2, Member.State.ALIVE);
        swim.on(new SwimEvent.PacketReceived(new SwimPacket(honest, new SwimPacket.Gossip(), List.of())), 1);
        assertThat(swim.members()).hasSize(PLACES + 1).contains(honest);
    }

    @Test
    void whoHasBeenGoneForLongestMakesRoomAndIsForgottenEverywhere() {
        List<MemberRecord> first = invent(PLACES - 1, Member.State.ALIVE);
        tell(first);
        tell(first.stream().map(member -> member.with(Member.State.LEFT)).toList());

        List<SwimEffect> effects = tell(invent(5000, Member.State.ALIVE));

        assertThat(swim.members()).hasSize(PLACES);
        assertThat(forgotten(effects)).hasSize(5000).allMatch(member -> member.state() == Member.State.LEFT);
    }

    @Test
    void thoseWhoAreSaidToBeGoneTakeNobodysPlace() {
        List<MemberRecord> present = invent(100, Member.State.ALIVE);
        tell(present);

        List<SwimEffect> effects = tell(invent(PLACES + 5000, Member.State.DOWN));

        assertThat(swim.members()).hasSize(PLACES).containsAll(present);
        assertThat(forgotten(effects)).isEmpty();
    }

    private List<SwimEffect> tell(List<MemberRecord> members) {
        return swim.on(new SwimEvent.ViewReceived(new PushPull(liar, 0, members)), 1);
    }

    private List<MemberRecord> invent(int count, Member.State state) {
        List<MemberRecord> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(member(invented++, state));
        }
        return members;
    }

    private static Stream<MemberRecord> forgotten(List<SwimEffect> effects) {
        return effects.stream()
                .filter(SwimEffect.MemberForgotten.class::isInstance)
                .map(effect -> ((SwimEffect.MemberForgotten) effect).member());
    }

    private static MemberRecord member(int number, Member.State state) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1 + number % 60_000);
        return new MemberRecord(new ActorId(new UUID(7, number)), "m" + number, address, 1, 1, state);
    }
}
