package dev.corrosion.simulation;

import dev.corrosion.NodeStatus;
import dev.corrosion.Row;

/**
 * V4: every write that was acknowledged and had reached its disk is there: each node holds its version, and each cell that it
 * wrote has its value or that of a later write.
 */
final class NothingLost implements Validation {

    @Override
    public void check(World world) {
        NodeRun process = world.running().get(0);
        NodeStatus status = process.node().status();
        for (History.Written written : world.history.all()) {
            NodeStatus.Versions held = status.versions().get(written.actor);
            boolean there = held != null && held.head() >= written.version;
            if (written.durable && !written.excused && !there) {
                throw new AssertionError(written + " is gone");
            }
        }
        Truth truth = new Truth(world.history);
        for (Row change : process.node()
                .query("SELECT * FROM corrosion_changes WHERE cl % 2 = 1 AND cid <> '-1' AND \"table\" <> '"
                        + world.history.leftOut + "'")) {
            Truth.Key key = Truth.key(change);
            Truth.Value least = truth.least(key, String.valueOf(change.get("cid")));
            if (least != null && isEarlier(change, least)) {
                throw new AssertionError(
                        process.machine() + " has " + change + ", and " + least.by() + " wrote " + least);
            }
        }
    }

    private static boolean isEarlier(Row change, Truth.Value least) {
        long cl = change.getLong("cl");
        return cl != least.cl() ? cl < least.cl() : change.getLong("col_version") < least.colVersion();
    }
}
