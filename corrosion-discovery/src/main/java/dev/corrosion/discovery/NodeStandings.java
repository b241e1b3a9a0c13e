package dev.corrosion.discovery;

import dev.corrosion.Row;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What membership says of the nodes, by the rules of the view {@code service_nodes}. Immutable.
 *
 * @param byId the nodes that are known
 * @param ofUnknown how the instances of others stand: once somebody else is there, he would have told of them
 */
record NodeStandings(Map<String, Node> byId, Standing ofUnknown) {

    static final String QUERY = "SELECT id, state, started_at, since FROM corrosion_members";

    /** One node, and when it was started. */
    record Node(Standing standing, long startedAt) {}

    static NodeStandings of(List<Row> members) {
        long[] lost = members.stream()
                .filter(row -> "DOWN".equals(row.getString("state")))
                .mapToLong(row -> row.getLong("since"))
                .sorted()
                .toArray();
        long present = members.stream()
                .filter(row -> "ALIVE".equals(row.getString("state")) || "SUSPECT".equals(row.getString("state")))
                .count();
        Map<String, Node> byId = new HashMap<>();
        for (Row row : members) {
            Standing standing =
                    switch (String.valueOf(row.getString("state"))) {
                        case "ALIVE" -> Standing.UP;
                        case "SUSPECT" -> Standing.SUSPECT;
                        case "DOWN" -> lostWith(row.getLong("since"), lost) >= present ? Standing.KEPT : Standing.OUT;
                        default -> Standing.OUT;
                    };
            byId.put(String.valueOf(row.getString("id")), new Node(standing, row.getLong("started_at")));
        }
        return new NodeStandings(Map.copyOf(byId), present > 1 ? Standing.OUT : Standing.KEPT);
    }

    /** How the instances of a node stand that it wrote in the run that began at {@code nodeStarted}. */
    Standing of(String nodeId, @Nullable Object nodeStarted) {
        Node node = byId.get(nodeId);
        if (node == null) {
            return ofUnknown;
        }
        // As SQLite compares: what is no number is larger than all of them.
        boolean ofEarlierRun = nodeStarted instanceof Number number
                && (number instanceof Double real ? real < node.startedAt : number.longValue() < node.startedAt);
        return ofEarlierRun ? Standing.OUT : node.standing;
    }

    /** Whether instances of that node stand otherwise than before. */
    boolean differsFrom(NodeStandings before, String nodeId) {
        Node now = byId.get(nodeId);
        Node then = before.byId.get(nodeId);
        return !Objects.equals(now, then) || (now == null && ofUnknown != before.ofUnknown);
    }

    private static int lostWith(long since, long[] lost) {
        return below(since + CatalogTables.LOST_TOGETHER_MILLIS + 1, lost)
                - below(since - CatalogTables.LOST_TOGETHER_MILLIS, lost);
    }

    /** How many of the sorted values are less. */
    private static int below(long bound, long[] sorted) {
        int at = Arrays.binarySearch(sorted, bound);
        if (at < 0) {
            return -at - 1;
        }
        while (at > 0 && sorted[at - 1] == bound) {
            at--;
        }
        return at;
    }
}
