package dev.corrosion.simulation;

import java.util.List;

/** V1: all nodes have the same rows in the tables of the application. */
final class SameRows implements Validation {

    private static final List<String> QUERIES = List.of(
            "SELECT * FROM account ORDER BY id",
            "SELECT * FROM pair ORDER BY grp, part",
            "SELECT * FROM tag ORDER BY name");

    @Override
    public void check(World world) {
        List<NodeRun> running = world.running();
        for (String query : QUERIES) {
            for (NodeRun process : running.subList(1, running.size())) {
                Rows.requireSame(running.get(0), process, query);
            }
        }
    }
}
