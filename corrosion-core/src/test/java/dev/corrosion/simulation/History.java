package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.Row;
import dev.corrosion.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the applications have written, as the nodes have acknowledged it: the truth that everything is held against. */
final class History {

    /** A transaction that was acknowledged. */
    static final class Written {
        final ActorId actor;
        final long version;
        final Machine machine;

        /** The run of the node that wrote it. */
        final NodeRun process;

        /** All its changes, as the view {@code corrosion_changes} had them right after the commit. */
        final List<Row> changes;

        /** Whether it had reached the disk of its node. */
        boolean durable;

        /** Whether it may be gone for good, since the disk that had it was lost. */
        boolean excused;

        Written(ActorId actor, long version, NodeRun process, List<Row> changes) {
            this.actor = actor;
            this.version = version;
            this.process = process;
            this.machine = process.machine();
            this.changes = changes;
        }

        @Override
        public String toString() {
            return "version " + version + " of " + actor.shortId() + " (" + machine + ")";
        }
    }

    private final World world;

    /** A table that is too large to look through it at each write; it is not checked with the others. */
    String leftOut = "";

    private final Map<ActorId, TreeMap<Long, Written>> byActor = new TreeMap<>();
    private int refused;

    History(World world) {
        this.world = world;
    }

    void acknowledged(NodeRun process, WriteResult result) {
        if (result.version() == 0) {
            return; // nothing has changed
        }
        List<Row> changes = process.node()
                .query("SELECT * FROM corrosion_changes WHERE db_version = " + result.version() + " AND site_id = '"
                        + result.actorId().toString().replace("-", "") + "' AND \"table\" <> '" + leftOut + "'");
        Written written = new Written(result.actorId(), result.version(), process, changes);
        byActor.computeIfAbsent(result.actorId(), actor -> new TreeMap<>()).put(result.version(), written);
        process.database().whenDurable(() -> written.durable = true);
        world.log.note(written.toString());
    }

    void refused(Throwable failure) {
        refused++;
        world.log.note("refused: " + failure.getMessage());
    }

    int refused() {
        return refused;
    }

    List<Written> all() {
        List<Written> all = new ArrayList<>();
        byActor.values().forEach(versions -> all.addAll(versions.values()));
        return all;
    }

    /** Whether everything that was acknowledged has reached a disk, or is lost with its node. */
    boolean isSettled() {
        return all().stream().allMatch(written -> written.durable || written.process.isDead());
    }

    /** The disk of a machine goes back to what it was then, or is lost: what it alone had is gone. */
    void diskLost(Machine machine) {
        all().stream().filter(written -> written.machine == machine).forEach(written -> written.excused = true);
    }
}
