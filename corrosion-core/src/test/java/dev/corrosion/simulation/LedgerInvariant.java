package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * I2: what a node knows in memory of the versions of others is what its tables say; gaps lie below the head and apart from
 * each other, and a version that is here in part is in a gap.
 */
final class LedgerInvariant implements Invariant {

    /** One commit in so many is looked at. */
    private static final int EVERY = 5;

    private int commits;

    @Override
    public void committed(NodeRun process) {
        if (commits++ % EVERY == 0) {
            check(process);
        }
    }

    static void check(NodeRun process) {
        NodeStatus status = process.node().status();
        Map<ActorId, NodeStatus.Versions> onDisk = onDisk(process);
        status.versions().forEach((actor, versions) -> {
            requireSound(process, actor, versions);
            if (!actor.equals(status.actorId())) {
                NodeStatus.Versions there = onDisk.remove(actor);
                if (there == null
                        || there.head() != versions.head()
                        || !there.gaps().equals(versions.gaps())) {
                    throw new AssertionError(process.machine() + " knows " + versions + " of " + actor
                            + ", and its tables say " + there);
                }
            }
        });
        onDisk.remove(status.actorId());
        if (!onDisk.isEmpty()) {
            throw new AssertionError(process.machine() + " does not know what its tables say: " + onDisk);
        }
    }

    private static void requireSound(NodeRun process, ActorId actor, NodeStatus.Versions versions) {
        long covered = 0;
        for (NodeStatus.Range gap : versions.gaps()) {
            if (gap.first() <= covered || gap.last() < gap.first() || gap.last() > versions.head()) {
                throw new AssertionError(process.machine() + " has " + versions + " of " + actor);
            }
            covered = gap.last() + 1;
        }
        for (NodeStatus.Partial partial : versions.partial()) {
            if (versions.gaps().stream()
                    .noneMatch(gap -> gap.first() <= partial.version() && partial.version() <= gap.last())) {
                throw new AssertionError(process.machine() + " has a part of version " + partial.version() + " of "
                        + actor + " and " + versions);
            }
        }
    }

    private static Map<ActorId, NodeStatus.Versions> onDisk(NodeRun process) {
        Map<ActorId, List<NodeStatus.Range>> gaps = new TreeMap<>();
        for (Row row : process.node().query("SELECT actor, first, last FROM __corrosion_gaps ORDER BY actor, first")) {
            gaps.computeIfAbsent(actor(row), actor -> new ArrayList<>())
                    .add(new NodeStatus.Range(row.getLong("first"), row.getLong("last")));
        }
        Map<ActorId, NodeStatus.Versions> versions = new TreeMap<>();
        for (Row row : process.node().query("SELECT actor, head FROM __corrosion_heads WHERE head > 0")) {
            versions.put(
                    actor(row),
                    new NodeStatus.Versions(row.getLong("head"), gaps.getOrDefault(actor(row), List.of()), List.of()));
        }
        return versions;
    }

    private static ActorId actor(Row row) {
        return ActorId.of((byte[]) Objects.requireNonNull(row.get("actor")));
    }
}
