package dev.corrosion.crdt;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of a table's rows and cells are kept, and the SQL for it.
 *
 * <p>Two tables for each replicated table, both keyed by a copy of its key. The <i>row</i> table has one record for each
 * row that ever was: its causal length and one stamp (column version, actor, version, seq, timestamp). What the stamp is
 * of depends on {@code n}:
 *
 * <ul>
 *   <li>{@code n > 0}: of the cells with numbers below n, which were written together: cell i has the seq of the stamp
 *       plus i. If the causal length is above 1, the row's sentinel has the same stamp and the seq before it;
 *   <li>{@code n = 0}: of the sentinel alone: a deleted row, or one whose cells are all kept apart;
 *   <li>{@code n = 0} and no version: of nothing.
 * </ul>
 *
 * <p>The <i>cell</i> table has the cells, and under number -1 the sentinel, that differ from this. So a row that was
 * inserted, or deleted, costs one record, however many columns it has; and each later write of a cell one more.
 */
final class Clock {

    /** The number of the sentinel among the cells. */
    static final int SENTINEL = -1;

    /** Columns of the row table behind those of the key. */
    static final String ROW_COLUMNS = "cl, n, cv, actor, version, seq, ts";

    /** Columns of the cell table behind those of the key. */
    static final String CELL_COLUMNS = "col, cv, actor, version, seq, ts";

    private final ReplicatedTable table;
    private final Map<String, Integer> ids = new HashMap<>();
    private final int width;
    private final String keys;

    /** All records of one row; the cells' columns are null where it has none of its own. */
    final String selectRow;

    final String insertRow;
    final String updateRow;
    final String putCell;
    final String deleteCells;

    Clock(ReplicatedTable table) {
        this.table = table;
        this.width = table.width();
        for (int i = 0; i < table.columns().size(); i++) {
            ids.put(table.columns().get(i), table.columnIds().get(i));
        }
        int parts = table.key().size();
        this.keys = IntStream.range(0, parts).mapToObj(Clock::key).collect(Collectors.joining(", "));
        this.selectRow = "SELECT r.cl, r.n, r.cv, r.actor, r.version, r.seq, r.ts, c.col, c.cv, c.actor, c.version,"
                + " c.seq, c.ts FROM " + rows() + " r LEFT JOIN " + cells() + " c ON " + sameKeys("c.", "r.")
                + " WHERE " + isKey("r.");
        this.insertRow = "INSERT INTO " + rows() + " (" + ROW_COLUMNS + ", " + keys + ") VALUES ("
                + Sql.placeholders(7 + parts) + ")";
        this.updateRow = "UPDATE " + rows() + " SET cl = ?, n = ?, cv = ?, actor = ?, version = ?, seq = ?, ts = ?"
                + " WHERE " + isKey("");
        this.putCell = "INSERT OR REPLACE INTO " + cells() + " (" + CELL_COLUMNS + ", " + keys + ") VALUES ("
                + Sql.placeholders(6 + parts) + ")";
        this.deleteCells = "DELETE FROM " + cells() + " WHERE " + isKey("");
    }

    ReplicatedTable table() {
        return table;
    }

    /** One more than the largest column number. */
    int width() {
        return width;
    }

    /** The number of a column; null if the table has none of this name outside its key. */
    @Nullable Integer id(String column) {
        return ids.get(column);
    }

    /** Whether no column has this number: there was one, and it is gone. */
    boolean isVacant(int id) {
        return !ids.containsValue(id);
    }

    /** Name of the row table. */
    String rows() {
        return rows(table.id());
    }

    /** Name of the cell table. */
    String cells() {
        return cells(table.id());
    }

    static String rows(long table) {
        return InternalTables.PREFIX + table + "_row";
    }

    static String cells(long table) {
        return InternalTables.PREFIX + table + "_cell";
    }

    /** The columns of the key, as both tables name them, in order. */
    String keys() {
        return keys;
    }

    static String key(int index) {
        return "k" + index;
    }

    /** The columns of the key with a prefix such as {@code c.}. */
    String keys(String prefix) {
        return IntStream.range(0, table.key().size())
                .mapToObj(i -> prefix + key(i))
                .collect(Collectors.joining(", "));
    }

    /** Two places with the same key: {@code r.k0 = NEW."id" AND ...}. */
    String sameKey(String prefix, String userPrefix) {
        return IntStream.range(0, table.key().size())
                .mapToObj(i -> prefix + key(i) + " = " + userPrefix
                        + Sql.name(table.key().get(i)))
                .collect(Collectors.joining(" AND "));
    }

    /** The same for two places in the clock. */
    String sameKeys(String prefix, String other) {
        return IntStream.range(0, table.key().size())
                .mapToObj(i -> prefix + key(i) + " = " + other + key(i))
                .collect(Collectors.joining(" AND "));
    }

    /** The same for parameters. */
    String isKey(String prefix) {
        return IntStream.range(0, table.key().size())
                .mapToObj(i -> prefix + key(i) + " = ?")
                .collect(Collectors.joining(" AND "));
    }

    /**
     * Creates the tables. The columns of the key have the affinity of the originals, for otherwise SQLite would not use
     * an index to compare the two; the values are compared byte by byte.
     *
     * @param affinities of the key's columns
     */
    void create(Connection connection, List<String> affinities) throws SQLException {
        String key = IntStream.range(0, affinities.size())
                .mapToObj(i -> key(i) + " " + affinities.get(i) + " NOT NULL")
                .collect(Collectors.joining(", "));
        String stamp = " cv INTEGER, actor INTEGER, version INTEGER, seq INTEGER, ts, ";
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + rows() + " (" + key + ", cl INTEGER NOT NULL, n INTEGER NOT NULL,"
                    + stamp + "PRIMARY KEY (" + keys + ")) WITHOUT ROWID");
            statement.execute("CREATE TABLE " + cells() + " (" + key + ", col INTEGER NOT NULL," + stamp
                    + "PRIMARY KEY (" + keys + ", col)) WITHOUT ROWID");
            statement.execute("CREATE INDEX " + rows() + "_version ON " + rows() + " (actor, version, seq)");
            statement.execute("CREATE INDEX " + cells() + "_version ON " + cells() + " (actor, version, seq)");
        }
    }

    /** A tombstone's record, among those of the row table. */
    static final String IS_TOMBSTONE = "n = 0 AND cl % 2 = 0 AND actor IS NOT NULL";

    /** Drops an index of the tombstones, which earlier versions kept and each deletion had to write. */
    static void dropTombstoneIndex(Statement statement, long table) throws SQLException {
        statement.execute("DROP INDEX IF EXISTS " + rows(table) + "_tombstone");
    }

    /** Drops the tables. */
    static void drop(Connection connection, long table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + cells(table));
            statement.execute("DROP TABLE IF EXISTS " + rows(table));
        }
    }
}
