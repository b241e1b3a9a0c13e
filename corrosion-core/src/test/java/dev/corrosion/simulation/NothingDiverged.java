package dev.corrosion.simulation;

/**
 * V8: the comparison of the data, which runs all the time, has found no row that differs though both nodes hold the same
 * versions: it does not cry wolf, and there was no wolf.
 */
final class NothingDiverged implements Validation {

    @Override
    public void check(World world) {
        for (NodeRun process : world.running()) {
            long diverged = process.node().status().counters().getOrDefault("corrosion.verify.rows.diverged", 0L);
            if (diverged > 0) {
                throw new AssertionError(process.machine() + " has found " + diverged + " rows that diverged: "
                        + process.node().status().warnings());
            }
        }
    }
}
