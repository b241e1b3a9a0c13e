package dev.corrosion.crdt;

import static dev.corrosion.crdt.Sql.name;
import static dev.corrosion.crdt.Sql.text;

import dev.corrosion.store.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The triggers that record what local writes do to a table.
 *
 * <p>Two traps shape them. The OR clause of the user's statement overrides those inside triggers, so inner inserts
 * resolve conflicts by ON CONFLICT only. And what "changed" means is narrower than SQLite's {@code =}: types count, the
 * column's collation does not.
 */
final class Triggers {

    /** Name of a function: whether the write is to be recorded. Fails outside of a transaction of ours. */
    static final String RECORDING = InternalTables.PREFIX + "recording";

    /** Name of a function: the key of a row, packed. */
    static final String PACK = InternalTables.PREFIX + "pack";

    /** Name of a function: the version that this transaction becomes. */
    static final String VERSION = InternalTables.PREFIX + "version";

    /** Name of a function: the next seq; its argument is the table. */
    static final String SEQ = InternalTables.PREFIX + "seq";

    /** Name of a function: the timestamp of this transaction. */
    static final String TS = InternalTables.PREFIX + "ts";

    /** Name of a function that refuses a value which is too large; its arguments are the table and the column. */
    static final String TOO_LARGE = InternalTables.PREFIX + "too_large";

    private static final String INSERT_CELL =
            "INSERT INTO __corrosion_cell (row, cid, col_version, db_version, actor, seq, ts) ";
    private static final String TAKE_OVER =
            "db_version = excluded.db_version, actor = excluded.actor," + " seq = excluded.seq, ts = excluded.ts";
    private static final String ON_CONFLICT_COUNT =
            " ON CONFLICT (row, cid) DO UPDATE SET col_version = col_version + 1, " + TAKE_OVER + "; ";

    /** To the next odd number: even is dead, odd is alive and was replaced. */
    private static final String ON_CONFLICT_REVIVE =
            " ON CONFLICT (row, cid) DO UPDATE SET col_version = col_version + 1 + (col_version & 1), " + TAKE_OVER
                    + "; ";

    private final ReplicatedTable table;
    private final String stamp;

    private Triggers(ReplicatedTable table) {
        this.table = table;
        this.stamp = VERSION + "(), " + InternalTables.SELF + ", " + seq() + ", " + TS + "()";
    }

    /** Trigger names to the SQL that creates them. */
    static Map<String, String> of(ReplicatedTable table) {
        Triggers triggers = new Triggers(table);
        Map<String, String> all = new LinkedHashMap<>();
        triggers.add(all, "insert", "AFTER INSERT", "", triggers.onInsert());
        triggers.add(all, "delete", "AFTER DELETE", "", triggers.onDelete());
        triggers.add(all, "move", "AFTER UPDATE", " AND (" + changed(table.key()) + ")", triggers.onMove());
        if (!table.columns().isEmpty()) {
            String when = " AND NOT (" + changed(table.key()) + ") AND (" + changed(table.columns()) + ")";
            triggers.add(all, "update", "AFTER UPDATE", when, triggers.refuseTooLarge() + triggers.recordChanged());
        }
        return all;
    }

    private void add(Map<String, String> all, String event, String when, String condition, String body) {
        String trigger = InternalTables.PREFIX + event + "_" + table.name();
        all.put(
                trigger,
                "CREATE TRIGGER " + name(trigger) + " " + when + " ON " + name(table.name()) + " WHEN " + RECORDING
                        + "()" + condition + " BEGIN " + body + "END");
    }

    private String onInsert() {
        String row = rowOf("NEW");
        if (table.columns().isEmpty()) {
            return refuseNullKey() + refuseTooLarge() + ensureRow() + revive(row);
        }
        return refuseNullKey()
                + refuseTooLarge()
                + ensureRow()
                + "UPDATE __corrosion_cell SET col_version = col_version + 1 + (col_version & 1), db_version = "
                + VERSION + "(), actor = " + InternalTables.SELF + ", seq = " + seq() + ", ts = " + TS
                + "() WHERE row = " + row + " AND cid = '" + Change.SENTINEL + "'; "
                + INSERT_CELL + "SELECT r.id, c.column1, 1, " + stamp + " FROM __corrosion_row r CROSS JOIN (VALUES "
                + Sql.list(table.columns(), column -> "(" + text(column) + ")") + ") c WHERE " + isRow("NEW")
                + ON_CONFLICT_COUNT;
    }

    private String onDelete() {
        return "DELETE FROM __corrosion_cell WHERE row = " + rowOf("OLD") + " AND cid <> '" + Change.SENTINEL + "'; "
                + bury();
    }

    private String recordChanged() {
        return INSERT_CELL + "SELECT r.id, c.column1, 1, " + stamp + " FROM __corrosion_row r CROSS JOIN (VALUES "
                + Sql.list(table.columns(), column -> "(" + text(column) + ", " + changed(List.of(column)) + ")")
                + ") c WHERE " + isRow("NEW") + " AND c.column2" + ON_CONFLICT_COUNT;
    }

    /** The key changed: the old row dies, the new one lives, and the cells that have a record move over. */
    private String onMove() {
        List<String> body = new ArrayList<>();
        body.add(refuseNullKey());
        body.add(refuseTooLarge());
        body.add(ensureRow());
        body.add(bury());
        body.add(revive(rowOf("NEW")));
        if (!table.columns().isEmpty()) {
            // Every column takes a seq, also one without a record: that is part of what others see.
            body.add(INSERT_CELL + "SELECT " + rowOf("NEW") + ", c.column1, o.col_version + 1, " + VERSION + "(), "
                    + InternalTables.SELF + ", c.column2, " + TS + "() FROM (VALUES "
                    + Sql.list(table.columns(), column -> "(" + text(column) + ", " + seq() + ")")
                    + ") c CROSS JOIN __corrosion_cell o WHERE o.row = " + rowOf("OLD") + " AND o.cid = c.column1"
                    + " ON CONFLICT (row, cid) DO UPDATE SET col_version = excluded.col_version, " + TAKE_OVER + "; ");
            body.add("DELETE FROM __corrosion_cell WHERE row = " + rowOf("OLD") + " AND cid <> '" + Change.SENTINEL
                    + "'; ");
            body.add(recordChanged());
        }
        return String.join("", body);
    }

    private String refuseNullKey() {
        return table.nullableKey().stream()
                .map(column -> "SELECT RAISE(ABORT, "
                        + text("the key column " + column + " of the replicated table " + table.name()
                                + " must not be NULL")
                        + ") WHERE NEW." + name(column) + " IS NULL; ")
                .collect(Collectors.joining());
    }

    /** A change is sent as one piece, so its value must fit into a message, and the key with it. */
    private String refuseTooLarge() {
        Map<String, String> tooLarge = tooLarge(table, "NEW.");
        return "SELECT " + TOO_LARGE + "(" + text(table.name()) + ", CASE "
                + tooLarge.entrySet().stream()
                        .map(one -> "WHEN " + one.getValue() + " THEN " + text(one.getKey()) + " ")
                        .collect(Collectors.joining())
                + "END) WHERE " + String.join(" OR ", tooLarge.values()) + "; ";
    }

    /** Columns to the condition under which their value is too large; the key counts as one, under its last column. */
    static Map<String, String> tooLarge(ReplicatedTable table, String prefix) {
        String key = table.key().stream()
                .map(column -> "octet_length(" + prefix + name(column) + ")")
                .collect(Collectors.joining(" + "));
        String limit = " > " + Database.MAX_VALUE_BYTES;
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put(table.key().get(table.key().size() - 1), key + limit);
        for (String column : table.columns()) {
            conditions.put(column, key + " + octet_length(" + prefix + name(column) + ")" + limit);
        }
        return conditions;
    }

    /** What is wrong with such a value. */
    static String tooLargeMessage(String table, String column) {
        return "the value of the column " + column + " of the replicated table " + table
                + ", with the key of its row, is larger than " + Database.MAX_VALUE_BYTES
                + " bytes, more than a message can carry: keep it elsewhere, or in pieces";
    }

    private String ensureRow() {
        return "INSERT INTO __corrosion_row (tbl, pk) VALUES (" + table.id() + ", " + pack("NEW")
                + ") ON CONFLICT DO NOTHING; ";
    }

    private String bury() {
        return INSERT_CELL + "SELECT r.id, '" + Change.SENTINEL + "', 2, " + stamp + " FROM __corrosion_row r WHERE "
                + isRow("OLD") + ON_CONFLICT_COUNT;
    }

    private String revive(String row) {
        return INSERT_CELL + "VALUES (" + row + ", '" + Change.SENTINEL + "', 1, " + stamp + ")" + ON_CONFLICT_REVIVE;
    }

    private String rowOf(String version) {
        return "(SELECT r.id FROM __corrosion_row r WHERE " + isRow(version) + ")";
    }

    private String isRow(String version) {
        return "r.tbl = " + table.id() + " AND r.pk = " + pack(version);
    }

    private String pack(String version) {
        return PACK + "(" + Sql.list(table.key(), column -> version + "." + name(column)) + ")";
    }

    private String seq() {
        return SEQ + "(" + table.id() + ")";
    }

    private static String changed(List<String> columns) {
        return columns.stream()
                .map(column -> "NEW." + name(column) + " COLLATE BINARY IS NOT OLD." + name(column) + " OR typeof(NEW."
                        + name(column) + ") <> typeof(OLD." + name(column) + ")")
                .collect(Collectors.joining(" OR "));
    }
}
