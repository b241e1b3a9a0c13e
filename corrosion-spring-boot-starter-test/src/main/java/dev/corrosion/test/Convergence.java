package dev.corrosion.test;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether nodes have the same versions and the same rows, and if not, who lacks what. */
final class Convergence {

    /** Rows that are shown of each table and pair of nodes. */
    private static final int MAX_SHOWN = 3;

    private record Held(TestNode node, NodeStatus status) {}

    private Convergence() {}

    /** What differs, in words; empty if nothing does. */
    static List<String> differences(List<TestNode> nodes) {
        List<Held> all = nodes.stream()
                .map(node -> new Held(node, node.corrosion().status()))
                .toList();
        List<String> differences = lacking(all);
        if (differences.isEmpty()) {
            // Before all have the same versions, their rows are known to differ.
            all.stream().skip(1).forEach(held -> compareRows(all.get(0), held, differences));
        }
        return differences;
    }

    private static List<String> lacking(List<Held> all) {
        Map<ActorId, Long> heads = new TreeMap<>();
        Map<ActorId, String> names = new HashMap<>();
        for (Held held : all) {
            names.put(held.status().actorId(), held.node().name());
            held.status().versions().forEach((actor, known) -> heads.merge(actor, known.head(), Math::max));
        }
        List<String> lacking = new ArrayList<>();
        for (Held held : all) {
            heads.forEach((actor, head) -> {
                List<String> missing = missing(held.status().versions().get(actor), head);
                if (!missing.isEmpty()) {
                    lacking.add(held.node() + " lacks of " + names.getOrDefault(actor, "actor " + actor.shortId())
                            + " the versions " + String.join(", ", missing));
                }
            });
        }
        return lacking;
    }

    private static List<String> missing(NodeStatus.@Nullable Versions held, long head) {
        List<String> missing = new ArrayList<>();
        long known = held == null ? 0 : held.head();
        if (held != null) {
            held.gaps().forEach(gap -> missing.add(range(gap.first(), gap.last())));
        }
        if (known < head) {
            missing.add(range(known + 1, head));
        }
        return missing;
    }

    private static String range(long first, long last) {
        return first == last ? Long.toString(first) : first + " to " + last;
    }

    private static void compareRows(Held one, Held other, List<String> differences) {
        TreeSet<String> tables = new TreeSet<>(one.status().tables());
        tables.addAll(other.status().tables());
        for (String table : tables) {
            if (!one.status().tables().contains(table)
                    || !other.status().tables().contains(table)) {
                differences.add("only one of " + one.node() + " and " + other.node() + " has the table " + table);
                continue;
            }
            Map<Row, Integer> counts = new HashMap<>();
            rows(one.node(), table).forEach(row -> counts.merge(row, 1, Integer::sum));
            rows(other.node(), table).forEach(row -> counts.merge(row, -1, Integer::sum));
            describe(table, one.node(), rowsWith(counts, 1), differences);
            describe(table, other.node(), rowsWith(counts, -1), differences);
        }
    }

    private static List<Row> rows(TestNode node, String table) {
        return node.query("SELECT * FROM \"" + table.replace("\"", "\"\"") + "\"");
    }

    private static List<Row> rowsWith(Map<Row, Integer> counts, int sign) {
        return counts.entrySet().stream()
                .filter(count -> Integer.signum(count.getValue()) == sign)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void describe(String table, TestNode node, List<Row> rows, List<String> differences) {
        if (!rows.isEmpty()) {
            String shown = String.join(
                    ", ", rows.stream().limit(MAX_SHOWN).map(Row::toString).toList());
            differences.add("with the same versions, only " + node + " has of the table " + table + ": " + shown
                    + (rows.size() > MAX_SHOWN ? " and " + (rows.size() - MAX_SHOWN) + " more" : ""));
        }
    }
}
