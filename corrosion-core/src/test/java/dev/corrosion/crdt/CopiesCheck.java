package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ModelledSite.DivergedException;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.RangeSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a verification would say of the copies of two nodes in the middle of a history: as long as every version that there
 * is was seen by one of them, whatever differs must be explained by a version that only one of them has seen.
 */
final class CopiesCheck {

    private CopiesCheck() {}

    /** Of all pairs of nodes that know enough. */
    static void run(List<ModelledNode> nodes) {
        Map<ActorId, ActorVersions> everything = new HashMap<>();
        nodes.forEach(node -> holds(node)
                .forEach((actor, versions) -> everything.merge(
                        actor,
                        new ActorVersions(versions.head(), RangeSet.EMPTY.plus(1, versions.head())),
                        (a, b) -> a.head() > b.head() ? a : b)));
        for (ModelledNode mine : nodes) {
            for (ModelledNode theirs : nodes) {
                Map<ActorId, ActorVersions> here = new HashMap<>(everything);
                here.putAll(holds(mine));
                here.replaceAll((actor, versions) -> versions.heard(
                        Objects.requireNonNull(everything.get(actor)).head()));
                if (mine != theirs && !RowComparison.lackTheSame(here, holds(theirs))) {
                    mine.model.tables.keySet().forEach(table -> compare(table, mine, theirs));
                }
            }
        }
    }

    private static Map<ActorId, ActorVersions> holds(ModelledNode node) {
        Map<ActorId, ActorVersions> holds = new HashMap<>(node.holds());
        if (node.replica.version() > 0) {
            holds.put(node.replica.actorId(), new ActorVersions(node.replica.version(), RangeSet.EMPTY));
        }
        return holds;
    }

    private static void compare(String table, ModelledNode mine, ModelledNode theirs) {
        mine.database.<Boolean>read(here -> theirs.database.<Boolean>read(there -> {
            ComparedTable a = ComparedTable.read(here, table);
            ComparedTable b = ComparedTable.read(there, table);
            if (a == null || b == null) {
                return false;
            }
            if (a.schema() != b.schema()) {
                List<String> common = new ArrayList<>(a.columns());
                common.retainAll(b.columns());
                a = a.only(common);
                b = b.only(common);
            }
            RowReader here1 = new RowReader(here, a);
            RowReader there1 = new RowReader(there, b);
            for (RowKey key : differing(here1, there1)) {
                compare(table, new RowView(here1.row(key), holds(mine)), new RowView(there1.row(key), holds(theirs)));
            }
            return true;
        }));
    }

    private static Set<RowKey> differing(RowReader here, RowReader there) throws SQLException {
        Map<RowKey, Fingerprint> rows = new HashMap<>();
        Set<RowKey> differing = new HashSet<>();
        all(here).forEach(row -> rows.put(row.key(), row.fingerprint()));
        for (RowDigest row : all(there)) {
            if (!row.fingerprint().equals(rows.remove(row.key()))) {
                differing.add(row.key());
            }
        }
        differing.addAll(rows.keySet());
        return differing;
    }

    /** In small steps, so that every key is once a place to go on from. */
    private static List<RowDigest> all(RowReader reader) throws SQLException {
        List<RowDigest> rows = new ArrayList<>();
        KeyRange rest = KeyRange.ALL;
        for (boolean whole = false; !whole; ) {
            RowPage page = reader.page(rest, Horizon.NONE, 2, Long.MAX_VALUE);
            rows.addAll(page.rows());
            rest = new KeyRange(page.read(), RowKey.NONE);
            whole = page.whole();
        }
        return rows;
    }

    private static void compare(String table, RowView mine, RowView theirs) {
        Set<RowComparison.Difference> unexplained =
                RowComparison.unexplained(RowComparison.differences(table, mine.row(), theirs.row()), mine, theirs);
        if (!unexplained.isEmpty()) {
            throw new DivergedException("nothing explains " + unexplained + "\n  of " + mine + "\n  and " + theirs);
        }
    }

    /** That all nodes have the same sums. */
    static void same(List<ModelledNode> nodes) {
        for (String table : nodes.get(0).model.tables.keySet()) {
            for (ModelledNode node : nodes) {
                ModelledSite.same(
                        "sums of " + table,
                        nodes.get(0).database.<Fingerprint>read(c -> sum(c, table)),
                        node.database.<Fingerprint>read(c -> sum(c, table)));
            }
        }
    }

    private static Fingerprint sum(Connection connection, String table) throws SQLException {
        ComparedTable compared = Objects.requireNonNull(ComparedTable.read(connection, table));
        return RowPage.sum(all(new RowReader(connection, compared)));
    }
}
