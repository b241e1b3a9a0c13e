package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.ledger.VersionRange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whether all nodes hold the same versions, without gaps, and each sees all the others (validation V3). */
final class Agreement {

    /** How often it is looked at: each look costs. */
    private static final long EVERY_NANOS = 250_000_000;

    private final World world;
    private long nextLook;
    private String lack = "not looked at";

    Agreement(World world) {
        this.world = world;
    }

    boolean isReached() {
        if (world.time.now() < nextLook) {
            return false;
        }
        nextLook = world.time.now() + EVERY_NANOS;
        lack = look();
        return lack.isEmpty();
    }

    String lack() {
        return lack;
    }

    private String look() {
        List<NodeRun> running = world.running();
        if (running.size() < world.machines.size()) {
            return "not all nodes run";
        }
        if (!world.history.isSettled()) {
            return "not all writes are on a disk";
        }
        Map<ActorId, RangeSet> all = new TreeMap<>();
        for (NodeRun process : running) {
            NodeStatus status = process.node().status();
            long present = status.members().stream()
                    .filter(member -> member.state() == Member.State.ALIVE)
                    .count();
            if (present != running.size() - 1) {
                return process.machine() + " sees " + status.members();
            }
            if (!status.problems().isEmpty()) {
                return process.machine() + " has problems: " + status.problems();
            }
            held(status).forEach((actor, versions) -> all.merge(actor, versions, RangeSet::plus));
        }
        for (NodeRun process : running) {
            String lack = lack(process, all);
            if (!lack.isEmpty()) {
                return lack;
            }
        }
        return "";
    }

    /** What a node lacks of what any has. What nobody has any more cannot be asked for. */
    private static String lack(NodeRun process, Map<ActorId, RangeSet> all) {
        Map<ActorId, RangeSet> mine = held(process.node().status());
        for (Map.Entry<ActorId, RangeSet> entry : all.entrySet()) {
            RangeSet missing = entry.getValue().minus(mine.getOrDefault(entry.getKey(), RangeSet.EMPTY));
            if (!missing.isEmpty()) {
                return process.machine() + " lacks " + missing + " of " + entry.getKey();
            }
        }
        return "";
    }

    private static Map<ActorId, RangeSet> held(NodeStatus status) {
        Map<ActorId, RangeSet> held = new TreeMap<>();
        status.versions().forEach((actor, versions) -> {
            RangeSet gaps = RangeSet.of(versions.gaps().stream()
                    .map(gap -> new VersionRange(gap.first(), gap.last()))
                    .toList());
            held.put(actor, gaps.complement(versions.head()));
        });
        return held;
    }
}
