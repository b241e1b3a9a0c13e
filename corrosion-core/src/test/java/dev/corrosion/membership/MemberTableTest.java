package dev.corrosion.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberTableTest {

    private static final Member.State[] STATES = Member.State.values();

    private final Random random = new Random(3);
    private final MemberTable table = new MemberTable(random);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 50})
    void everyPresentMemberIsProbedOnceARound(int size) {
        for (int i = 0; i < size; i++) {
            table.put(member(i, 1, Member.State.ALIVE), 0);
        }
        for (int round = 0; round < 5; round++) {
            Set<MemberRecord> probed = new HashSet<>();
            for (int i = 0; i < size; i++) {
                probed.add(table.nextToProbe());
            }
            assertThat(probed).hasSize(size).doesNotContainNull();
        }
    }

    @Test
    void whateverHappensItAgreesWithAListOfTheMembers() {
        Map<ActorId, MemberRecord> expected = new HashMap<>();
        Map<ActorId, Long> since = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            MemberRecord member = member(random.nextInt(40), random.nextInt(1000), STATES[random.nextInt(4)]);
            table.put(member, step);
            expected.put(member.id(), member);
            since.put(member.id(), (long) step);
            if (random.nextInt(10) == 0) {
                long deadline = (long) step - random.nextInt(200);
                List<ActorId> old = expected.values().stream()
                        .filter(gone -> !gone.isPresent() && since.getOrDefault(gone.id(), 0L) < deadline)
                        .map(MemberRecord::id)
                        .toList();
                assertThat(table.forgetGoneBefore(deadline).stream().map(MemberRecord::id))
                        .containsExactlyInAnyOrderElementsOf(old);
                old.forEach(expected::remove);
            }
            MemberRecord probed = table.nextToProbe();
            if (probed != null) {
                assertThat(expected.get(probed.id())).isEqualTo(probed);
                assertThat(probed.isPresent()).isTrue();
            }
            check(expected);
        }
    }

    private void check(Map<ActorId, MemberRecord> expected) {
        List<MemberRecord> present =
                expected.values().stream().filter(MemberRecord::isPresent).toList();
        assertThat(new HashSet<>(table.all())).isEqualTo(new HashSet<>(expected.values()));
        assertThat(table.clusterSize()).isEqualTo(1 + present.size());
        assertThat(table.digest())
                .isEqualTo(present.stream().mapToLong(MemberTable::digest).sum());
        assertThat(table.hasAlive())
                .isEqualTo(present.stream().anyMatch(member -> member.state() == Member.State.ALIVE));
        List<MemberRecord> chosen =
                table.choose(3, member(1, 0, Member.State.ALIVE).id(), false);
        assertThat(chosen).doesNotHaveDuplicates().isSubsetOf(present);
        long others =
                present.stream().filter(member -> !member.name().equals("n1")).collect(Collectors.counting());
        assertThat(chosen).hasSize((int) Math.min(3, others)).noneMatch(member -> member.name()
                .equals("n1"));
        MemberRecord down = table.chooseDown();
        assertThat(down == null)
                .isEqualTo(expected.values().stream().noneMatch(member -> member.state() == Member.State.DOWN));
    }

    private static MemberRecord member(int number, long incarnation, Member.State state) {
        return new MemberRecord(
                new ActorId(new UUID(number, number)),
                "n" + number,
                "",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1000 + number),
                1,
                incarnation,
                state);
    }
}
