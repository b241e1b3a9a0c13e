package dev.corrosion.membership;

import static dev.corrosion.Member.State.ALIVE;
import static dev.corrosion.Member.State.DOWN;
import static dev.corrosion.Member.State.LEFT;
import static dev.corrosion.Member.State.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.membership.SwimWorld.Node;
import dev.corrosion.protocol.MemberRecord;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SwimTest {

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 50})
    void everybodyGetsToKnowEverybodyThroughOneSeed(int size) {
        List<Node> nodes = new SwimWorld(size).cluster(size);
        assertAllSee(nodes, ALIVE);
    }

    @Test
    void aCrashedMemberIsDownForAllWithinFiveSeconds() {
        SwimWorld world = new SwimWorld(1);
        List<Node> nodes = world.cluster(5);
        Node crashed = nodes.get(3);
        crashed.crash();
        world.run(Duration.ofSeconds(5));
        others(nodes, crashed).forEach(node -> assertThat(node.viewOf(crashed)).isEqualTo(DOWN));
        assertAllSee(others(nodes, crashed), ALIVE);
    }

    @Test
    void whoIsBannedIsForgottenAtOnceAndNotBelievedOfByHearsay() {
        SwimWorld world = new SwimWorld(4);
        List<Node> nodes = world.cluster(4);
        Node banned = nodes.get(3);
        nodes.get(0).ban(banned);
        nodes.get(1).ban(banned);
        assertThat(nodes.get(0).viewOf(banned)).isNull();
        // The other one keeps gossiping about it, and it keeps calling.
        world.run(Duration.ofMinutes(1));
        assertThat(nodes.get(0).viewOf(banned)).isNull();
        assertThat(nodes.get(1).viewOf(banned)).isNull();
        assertThat(nodes.get(2).viewOf(banned)).isEqualTo(ALIVE);
        assertAllSee(nodes.subList(0, 3), ALIVE);
    }

    @Test
    void aMemberThatCannotBeReachedDirectlyIsProbedThroughOthers() {
        SwimWorld world = new SwimWorld(2);
        List<Node> nodes = world.cluster(4);
        Node a = nodes.get(1);
        Node b = nodes.get(2);
        world.cut((from, to) -> (from == a && to == b) || (from == b && to == a));
        for (int second = 0; second < 60; second++) {
            world.run(Duration.ofSeconds(1));
            assertThat(a.viewOf(b)).isEqualTo(ALIVE);
            assertThat(b.viewOf(a)).isEqualTo(ALIVE);
        }
    }

    @Test
    void aSuspectRefutesAndStaysAlive() {
        SwimWorld world = new SwimWorld(3);
        List<Node> nodes = world.cluster(3);
        Node deaf = nodes.get(2);
        world.cut((from, to) -> to == deaf || from == deaf);
        world.run(Duration.ofMillis(1600));
        assertThat(nodes.stream().filter(node -> node != deaf).map(node -> node.viewOf(deaf)))
                .contains(SUSPECT);
        world.heal();
        world.run(Duration.ofSeconds(3));
        assertAllSee(nodes, ALIVE);
        assertThat(deaf.swim.self().incarnation())
                .isGreaterThan(deaf.swim.self().startedAt());
    }

    /** As after clocks that were set back: what each has kept says that the other is gone, and is newer than the other. */
    @Test
    void membersThatRememberEachOtherAsGoneFindEachOtherAgain() {
        SwimWorld world = new SwimWorld(5);
        List<Node> nodes = world.cluster(2);
        MemberRecord a = nodes.get(0).swim.self();
        MemberRecord b = nodes.get(1).swim.self();
        nodes.forEach(Node::crash);
        Node againA = world.start(a.id(), List.of(b.with(DOWN, 2 * b.incarnation())));
        Node againB = world.start(b.id(), List.of(a.with(DOWN, 2 * a.incarnation())), againA);
        world.run(Duration.ofSeconds(5));
        assertAllSee(List.of(againA, againB), ALIVE);
    }

    @Test
    void lossDoesNotKill() {
        SwimWorld world = new SwimWorld(4);
        List<Node> nodes = world.cluster(10);
        world.lose(0.05);
        for (int minute = 0; minute < 30; minute++) {
            world.run(Duration.ofMinutes(1));
            nodes.forEach(node -> others(nodes, node)
                    .forEach(other -> assertThat(node.viewOf(other)).isNotEqualTo(DOWN)));
        }
    }

    @Test
    void aMemberThatLeavesIsSeenAsLeftAndNotAsDown() {
        SwimWorld world = new SwimWorld(5);
        List<Node> nodes = world.cluster(5);
        Node left = nodes.get(4);
        left.leave();
        world.run(Duration.ofMillis(5));
        others(nodes, left).forEach(node -> assertThat(node.viewOf(left)).isEqualTo(LEFT));
        world.run(Duration.ofMinutes(1));
        others(nodes, left).forEach(node -> assertThat(node.viewOf(left)).isEqualTo(LEFT));
    }

    @Test
    void bothHalvesOfAPartitionFindEachOtherAgain() {
        SwimWorld world = new SwimWorld(6);
        List<Node> nodes = world.cluster(6);
        List<Node> half = nodes.subList(0, 3);
        world.cut((from, to) -> half.contains(from) != half.contains(to));
        world.run(Duration.ofMinutes(10));
        assertThat(nodes.get(0).viewOf(nodes.get(5))).isEqualTo(DOWN);
        assertThat(nodes.get(5).viewOf(nodes.get(0))).isEqualTo(DOWN);
        world.heal();
        world.run(Duration.ofMinutes(1));
        assertAllSee(nodes, ALIVE);
    }

    @Test
    void aRestartedMemberComesBackAtOnceOnAnotherAddress() {
        SwimWorld world = new SwimWorld(7);
        List<Node> nodes = world.cluster(3);
        Node crashed = nodes.get(2);
        crashed.crash();
        world.run(Duration.ofSeconds(10));
        Node restarted = world.start(crashed.id(), List.copyOf(crashed.swim.members()));
        world.run(Duration.ofSeconds(2));
        List<Node> living = List.of(nodes.get(0), nodes.get(1), restarted);
        assertAllSee(living, ALIVE);
        living.forEach(node -> assertThat(node.conflicts).isEmpty());
        assertThat(memberOf(nodes.get(0), restarted).address()).isEqualTo(restarted.address);
    }

    @Test
    void aRestartedMemberFindsOutWhoIsGone() {
        SwimWorld world = new SwimWorld(8);
        List<Node> nodes = world.cluster(3);
        nodes.forEach(Node::crash);
        Node restarted =
                world.start(nodes.get(0).id(), List.copyOf(nodes.get(0).swim.members()));
        assertThat(restarted.viewOf(nodes.get(1))).isEqualTo(SUSPECT);
        world.run(Duration.ofSeconds(10));
        assertThat(restarted.viewOf(nodes.get(1))).isEqualTo(DOWN);
        assertThat(restarted.viewOf(nodes.get(2))).isEqualTo(DOWN);
    }

    @Test
    void twoLivingNodesWithOneIdentityBothReportIt() {
        SwimWorld world = new SwimWorld(9);
        List<Node> nodes = world.cluster(3);
        Node original = nodes.get(1);
        Node copy = world.start(original.id(), List.of(), nodes.get(0));
        world.run(Duration.ofSeconds(10));
        assertThat(original.conflicts).isNotEmpty().allMatch(conflict -> conflict.address()
                .equals(copy.address));
        assertThat(copy.conflicts).isNotEmpty().allMatch(conflict -> conflict.address()
                .equals(original.address));
        assertThat(nodes.get(0).conflicts).isEmpty();
    }

    @Test
    void aSeedThatStartsLaterIsFound() {
        SwimWorld world = new SwimWorld(10);
        Node seed = world.start();
        Node early = world.start(seed);
        world.cut((from, to) -> true);
        world.run(Duration.ofMinutes(5));
        assertThat(early.viewOf(seed)).isNull();
        world.heal();
        world.run(Duration.ofSeconds(15));
        assertAllSee(List.of(seed, early), ALIVE);
    }

    @Test
    void islandsThatNeverMetJoinThroughTheirSeeds() {
        SwimWorld world = new SwimWorld(12);
        Node firstSeed = world.start();
        Node secondSeed = world.start(firstSeed);
        List<Node> nodes = new ArrayList<>(List.of(firstSeed, secondSeed));
        world.cut((from, to) -> isEven(nodes, from) != isEven(nodes, to));
        nodes.add(world.start(firstSeed, secondSeed));
        nodes.add(world.start(firstSeed, secondSeed));
        world.run(Duration.ofMinutes(5));
        assertThat(nodes.get(0).viewOf(nodes.get(2))).isEqualTo(ALIVE);
        assertThat(nodes.get(0).viewOf(nodes.get(3))).isNull();
        world.heal();
        world.run(Duration.ofMinutes(1));
        assertAllSee(nodes, ALIVE);
    }

    @Test
    void halvesThatHaveForgottenEachOtherJoinThroughTheirSeeds() {
        SwimWorld world = new SwimWorld(13);
        List<Node> nodes = world.cluster(3);
        Node seed = nodes.get(0);
        world.cut((from, to) -> (from == seed) != (to == seed));
        world.run(Duration.ofHours(26));
        assertThat(nodes.get(1).viewOf(seed)).isNull();
        world.heal();
        world.run(Duration.ofMinutes(1));
        assertAllSee(nodes, ALIVE);
    }

    @Test
    void theGoneAreForgottenInTheEnd() {
        SwimWorld world = new SwimWorld(11);
        List<Node> nodes = world.cluster(3);
        nodes.get(2).crash();
        world.run(Duration.ofHours(23));
        assertThat(nodes.get(0).viewOf(nodes.get(2))).isEqualTo(DOWN);
        world.run(Duration.ofHours(2));
        assertThat(nodes.get(0).viewOf(nodes.get(2))).isNull();
        assertAllSee(nodes.subList(0, 2), ALIVE);
    }

    @Test
    void eachSideOfAnOceanFindsItsRegionAndAllKnowIt() {
        SwimWorld world = new SwimWorld(8);
        world.measure((from, to) -> (from.getPort() % 2 == to.getPort() % 2 ? 1 : 80) * 1_000_000L);
        List<Node> nodes = world.cluster(20);
        world.run(Duration.ofMinutes(3));
        Map<Integer, Set<String>> bySide = new HashMap<>();
        nodes.forEach(node -> bySide.computeIfAbsent(node.address.getPort() % 2, side -> new HashSet<>())
                .add(node.swim.self().region()));
        assertThat(bySide.get(0)).hasSize(1).noneMatch(String::isEmpty).isNotEqualTo(bySide.get(1));
        assertThat(bySide.get(1)).hasSize(1).noneMatch(String::isEmpty);
        for (Node node : nodes) {
            node.swim.members().forEach(member -> assertThat(
                            bySide.get(member.address().getPort() % 2))
                    .containsExactly(member.region()));
        }
    }

    @Test
    void aNodeComesBackToTheRegionThatItHadFound() {
        SwimWorld world = new SwimWorld(9);
        ActorId id = new ActorId(new UUID(1, 2));
        MemberRecord before =
                new MemberRecord(id, "n", "~home", new InetSocketAddress("10.0.0.9", 1), 1, 1, Member.State.ALIVE);
        assertThat(world.start(id, List.of(before)).swim.self().region()).isEqualTo("~home");
        MemberRecord configured =
                new MemberRecord(id, "n", "fra", new InetSocketAddress("10.0.0.9", 1), 1, 1, Member.State.ALIVE);
        assertThat(world.start(id, List.of(configured)).swim.self().region()).isEmpty();
    }

    private static boolean isEven(List<Node> nodes, Node node) {
        return nodes.indexOf(node) % 2 == 0;
    }

    private static MemberRecord memberOf(Node node, Node other) {
        return node.swim.members().stream()
                .filter(member -> member.id().equals(other.id()))
                .findFirst()
                .orElseThrow();
    }

    private static List<Node> others(List<Node> nodes, Node except) {
        List<Node> others = new ArrayList<>(nodes);
        others.remove(except);
        return others;
    }

    private static void assertAllSee(List<Node> nodes, Member.State state) {
        for (Node node : nodes) {
            for (Node other : others(nodes, node)) {
                assertThat(node.viewOf(other))
                        .as("%s of %s", node.address, other.address)
                        .isEqualTo(state);
            }
        }
    }
}
