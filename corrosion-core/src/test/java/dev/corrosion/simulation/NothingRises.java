package dev.corrosion.simulation;

import dev.corrosion.Row;
import java.util.HashMap;
import java.util.Map;

/**
 * V6: what was deleted stays deleted, also for a node that was away and for one that has forgotten the deletion, and what
 * was not deleted is there.
 *
 * @param keys the tables, each with the columns of its key
 */
record NothingRises(Map<String, String> keys) implements Validation {

    @Override
    public void check(World world) {
        Truth truth = new Truth(world.history);
        for (NodeRun process : world.running()) {
            Map<Truth.Key, Boolean> living = new HashMap<>();
            keys.forEach((table, key) -> process.node()
                    .query("SELECT '" + table + "' AS \"table\", json_array(" + key + ") AS pk FROM " + table)
                    .forEach(row -> living.put(Truth.key(row), true)));
            Map<Truth.Key, Long> lengths = lengths(world, process);
            truth.causalLengths().forEach((key, least) -> {
                boolean lives = living.containsKey(key);
                if (lives && lengths.getOrDefault(key, 0L) < least) {
                    throw new AssertionError(process.machine() + " has " + key + " of causal length " + lengths.get(key)
                            + ", and " + least + " was written");
                }
                if (!lives && least % 2 == 1 && truth.possible(key) == least) {
                    throw new AssertionError(process.machine() + " lacks " + key + ", and nobody deleted it");
                }
            });
        }
    }

    private static Map<Truth.Key, Long> lengths(World world, NodeRun process) {
        Map<Truth.Key, Long> lengths = new HashMap<>();
        for (Row change : process.node()
                .query("SELECT DISTINCT \"table\", pk, cl FROM corrosion_changes WHERE \"table\" <> '"
                        + world.history.leftOut + "'")) {
            lengths.put(Truth.key(change), change.getLong("cl"));
        }
        return lengths;
    }
}
