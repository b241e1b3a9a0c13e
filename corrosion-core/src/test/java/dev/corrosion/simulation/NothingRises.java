package dev.corrosion.simulation;

import dev.corrosion.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * V6: what was deleted stays deleted, also for a node that was away and for one that has forgotten the deletion, and what
 * was not deleted is there.
 */
final class NothingRises implements Validation {

    private static final List<String> LIVING = List.of(
            "SELECT 'account' AS \"table\", json_array(id) AS pk FROM account",
            "SELECT 'pair' AS \"table\", json_array(grp, part) AS pk FROM pair",
            "SELECT 'tag' AS \"table\", json_array(name) AS pk FROM tag");

    @Override
    public void check(World world) {
        Truth truth = new Truth(world.history);
        for (NodeRun process : world.running()) {
            Map<Truth.Key, Boolean> living = new HashMap<>();
            LIVING.forEach(query -> process.node().query(query).forEach(row -> living.put(Truth.key(row), true)));
            Map<Truth.Key, Long> lengths = lengths(process);
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

    private static Map<Truth.Key, Long> lengths(NodeRun process) {
        Map<Truth.Key, Long> lengths = new HashMap<>();
        for (Row change : process.node().query("SELECT DISTINCT \"table\", pk, cl FROM corrosion_changes")) {
            lengths.put(Truth.key(change), change.getLong("cl"));
        }
        return lengths;
    }
}
