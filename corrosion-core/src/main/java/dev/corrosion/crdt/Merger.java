package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One merge: takes the changes in order, those of one row together as long as they follow each other. */
final class Merger {

    private final PreparedStatements statements;
    private final Catalog catalog;
    private final ActorId self;
    private final long ownVersion;
    private final Actors actors;
    private final Set<String> tables = new HashSet<>();
    private final List<Boolean> impact = new ArrayList<>();

    private final boolean whole;
    private boolean ownReplaced;
    private @Nullable RowMerge row;
    private @Nullable Change first;

    /**
     * @param ownVersion the last version of this actor, as the running transaction has it
     * @param whole whether the changes are whole versions: then those of unknown tables and columns are kept (A2), and a
     *     row that lives again keeps nothing of its earlier life (D9)
     */
    Merger(
            PreparedStatements statements,
            Catalog catalog,
            Actors actors,
            ActorId self,
            long ownVersion,
            boolean whole) {
        this.statements = statements;
        this.catalog = catalog;
        this.self = self;
        this.ownVersion = ownVersion;
        this.actors = actors;
        this.whole = whole;
    }

    void apply(Change change) throws SQLException {
        if (change.site().equals(self) && change.dbVersion() > ownVersion) {
            throw new MergeException(
                    "version " + change.dbVersion() + " of this actor comes back from another node, but"
                            + " here it is at " + ownVersion
                            + ": was the database restored from an older copy?",
                    null);
        }
        try {
            if (whole && isUnknown(change)) {
                impact.add(Parked.keep(statements, actors, change));
                return;
            }
            impact.add(rowOf(change).apply(change));
        } catch (SQLException e) {
            throw rejected(change, e);
        }
    }

    /** Whether it is of a table or column that this database may yet get. */
    private boolean isUnknown(Change change) throws SQLException {
        UserTable table = catalog.writable(statements, change.table());
        if (table == null) {
            return true;
        }
        return !change.isSentinel()
                && change.cl() % 2 == 1
                && table.clock().id(change.cid()) == null
                && !table.key().contains(change.cid());
    }

    MergeResult finish() throws SQLException {
        writeRow();
        return new MergeResult(impact, tables);
    }

    /** Whether records of this actor were replaced; its last version may be seen nowhere any more. */
    boolean hasReplacedOwn() {
        return ownReplaced;
    }

    private RowMerge rowOf(Change change) throws SQLException {
        if (row != null
                && first != null
                && first.table().equals(change.table())
                && Arrays.equals(first.pk(), change.pk())) {
            return row;
        }
        writeRow();
        UserTable table = catalog.writable(statements, change.table());
        if (table == null) {
            throw new MergeException(
                    "there is no replicated table " + change.table() + " here; does another node have a newer schema?",
                    null);
        }
        List<@Nullable Object> key = key(change, table);
        row = new RowMerge(statements, actors, table, key, whole);
        first = change;
        return row;
    }

    private static List<@Nullable Object> key(Change change, UserTable table) {
        List<@Nullable Object> key;
        try {
            key = PackedKey.unpack(change.pk());
        } catch (IllegalArgumentException e) {
            throw new MergeException(
                    "a change of the table " + table.name() + " has no usable key: " + e.getMessage(), e);
        }
        if (key.size() != table.key().size() || key.contains(null)) {
            throw new MergeException(
                    "a change of the table " + table.name() + " has the key " + key + ", which does not fit "
                            + table.key(),
                    null);
        }
        for (int i = 0; i < key.size(); i++) {
            String column = table.key().get(i);
            if (key.get(i) instanceof Double real && table.isUntyped(column) && equalsAnInteger(real)) {
                throw new MergeException(Triggers.equalKeyMessage(table.name(), column), null); // D1
            }
        }
        return key;
    }

    private static boolean equalsAnInteger(double real) {
        return real == (double) (long) real && Math.abs(real) < 0x1p63;
    }

    private void writeRow() throws SQLException {
        RowMerge done = row;
        Change of = first;
        row = null;
        first = null;
        if (done == null || of == null) {
            return;
        }
        try {
            ownReplaced |= done.replaces(actors.number(self));
            if (done.write()) {
                tables.add(of.table());
            }
        } catch (SQLException e) {
            throw rejected(of, e);
        }
    }

    /** What the data is to blame for is told from what the disk is: only the latter may work another time. */
    private static SQLException rejected(Change change, SQLException e) throws MergeException {
        if (isFaultOfTheData(e)) {
            throw new MergeException(
                    "the table " + change.table() + " does not take " + change + ": " + SqlErrors.reason(e), e);
        }
        return e;
    }

    static boolean isFaultOfTheData(SQLException e) {
        int code = SqlErrors.code(e);
        return code == SqlErrors.CONSTRAINT || code == SqlErrors.MISMATCH || code == SqlErrors.TOO_BIG;
    }
}
