package dev.corrosion.simulation;

import java.util.List;
import java.util.Map;

/**
 * V1: all nodes have the same rows in the tables of the application.
 *
 * @param keys the tables, each with the columns of its key
 */
record SameRows(Map<String, String> keys) implements Validation {

    @Override
    public void check(World world) {
        List<NodeRun> running = world.running();
        keys.forEach((table, key) -> {
            for (NodeRun process : running.subList(1, running.size())) {
                Rows.requireSame(running.get(0), process, "SELECT * FROM " + table + " ORDER BY " + key);
            }
        });
    }
}
