package dev.corrosion.crdt;

import static dev.corrosion.crdt.Sql.name;
import static dev.corrosion.crdt.Sql.text;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The triggers that record what local writes do to a table, in its {@link Clock}.
 *
 * <p>Three traps shape them. The OR clause of the user's statement overrides those inside triggers, so inner inserts
 * resolve conflicts by ON CONFLICT only. What "changed" means is narrower than SQLite's {@code =}: types count, the
 * column's collation does not. And {@code UPDATE OF} does not notice a key that is set under the name {@code rowid}; where
 * that is possible, the trigger for moved rows looks at every update.
 *
 * <p>Each column has an update trigger of its own, so that an update pays for the columns that it names. The order in
 * which SQLite runs them decides the order of seqs inside one row, and nothing else; it runs the youngest first, so they
 * are made from the last column to the first.
 */
final class Triggers {

    /** Name of a function: whether the write is to be recorded. Fails outside of a transaction of ours. */
    static final String RECORDING = InternalTables.PREFIX + "recording";

    /** Name of a function: the version that this transaction becomes. */
    static final String VERSION = InternalTables.PREFIX + "version";

    /** Name of a function: the next seq; its arguments are the table and how many seqs are taken. */
    static final String SEQ = InternalTables.PREFIX + "seq";

    /** Name of a function: the timestamp of this transaction. */
    static final String TS = InternalTables.PREFIX + "ts";

    private static final String STAMP =
            " actor = excluded.actor, version = excluded.version, seq = excluded.seq, ts = excluded.ts";

    private final ReplicatedTable table;
    private final Clock clock;
    private final long self;
    private final long birth;

    private Triggers(ReplicatedTable table, long self, long birth) {
        this.table = table;
        this.clock = new Clock(table);
        this.self = self;
        this.birth = birth;
    }

    /**
     * Trigger names to the SQL that creates them, in the order in which they are to be made.
     *
     * @param self the number of this database among the actors
     * @param birth the causal length of a key never seen, see {@link Tombstones#birth}
     */
    static Map<String, String> of(ReplicatedTable table, long self, long birth) {
        Triggers triggers = new Triggers(table, self, birth);
        Map<String, String> all = new LinkedHashMap<>();
        triggers.add(all, "insert", "AFTER INSERT", "", triggers.onInsert());
        triggers.add(all, "delete", "AFTER DELETE", "", triggers.onDelete());
        for (int i = table.columns().size() - 1; i >= 0; i--) {
            String column = table.columns().get(i);
            triggers.add(
                    all,
                    "update_" + table.columnIds().get(i),
                    "AFTER UPDATE OF " + name(column),
                    "(" + triggers.changed(column) + ") AND NOT (" + triggers.moved() + ") AND ",
                    triggers.onUpdate(i));
        }
        triggers.add(all, "move", triggers.afterKeyUpdate(), "(" + triggers.moved() + ") AND ", triggers.onMove());
        return all;
    }

    private String afterKeyUpdate() {
        return table.keyIsRowid() ? "AFTER UPDATE" : "AFTER UPDATE OF " + Sql.list(table.key(), Sql::name);
    }

    private void add(Map<String, String> all, String event, String when, String condition, String body) {
        String trigger = InternalTables.PREFIX + event + "_" + table.name();
        all.put(
                trigger,
                "CREATE TRIGGER " + name(trigger) + " " + when + " ON " + name(table.name()) + " WHEN " + condition
                        + RECORDING + "() BEGIN " + body + "END");
    }

    /**
     * L1, L8, L12: a new row has one stamp for all its cells; a deleted one that returns also takes a seq for it. So does
     * a new one that begins above 1.
     */
    private String onInsert() {
        int cells = clock.width();
        int ahead = cells > 0 && birth > 1 ? 1 : 0;
        String first = seq(Math.max(cells, 1) + ahead) + (ahead == 0 ? "" : " + 1");
        String again = cells == 0 || ahead == 1 ? "excluded.seq" : seq(1) + " - " + (cells - 1);
        return refuseUnfitKey()
                + insertRow() + "VALUES (" + key("NEW") + ", " + birth + ", " + cells + ", "
                + (cells == 0 ? "NULL" : "1") + ", " + self + ", " + VERSION + "(), " + first + ", " + TS + "())"
                + " ON CONFLICT DO UPDATE SET cl = " + nextLife() + ", n = excluded.n, cv = excluded.cv,"
                + " actor = excluded.actor, version = excluded.version, seq = " + again + ", ts = excluded.ts; ";
    }

    private String nextLife() {
        String next = "cl + 1 + (cl & 1)";
        return birth == 1 ? next : "max(" + next + ", excluded.cl)";
    }

    /** L7: one record is left of a deleted row. It has one already, and to change that costs less than an upsert. */
    private String onDelete() {
        return "UPDATE " + clock.rows() + " SET cl = cl + 1, n = 0, cv = NULL, actor = " + self + ", version = "
                + VERSION + "(), seq = " + seq(1) + ", ts = " + TS + "() WHERE " + clock.sameKey("", "OLD.") + "; "
                + refuse(
                        "a row of the replicated table " + table.name()
                                + " has no record: something has changed the file without the node",
                        "changes() = 0")
                + deleteCells();
    }

    /** L2: the cell gets a record of its own. */
    private String onUpdate(int column) {
        String insert = insertCell() + "VALUES (" + changedCell(column) + ")" + countOnConflict();
        return clock.width() == 1 ? onUpdateOfTheOnlyCell(column) : insert;
    }

    /**
     * The row's stamp, if it is this cell's, stands for it alone: then it moves with it, once the sentinel does not hang
     * on it.
     */
    private String onUpdateOfTheOnlyCell(int column) {
        String row = clock.rows();
        String apart = "EXISTS (SELECT 1 FROM " + clock.cells() + " c WHERE " + clock.sameKey("c.", "NEW.")
                + " AND c.col = " + table.columnIds().get(column) + ")";
        return insertCell() + "SELECT " + clock.keys("r.") + ", " + Clock.SENTINEL
                + ", r.cl, r.actor, r.version, r.seq - 1, r.ts FROM " + row + " r WHERE "
                + clock.sameKey("r.", "NEW.") + " AND r.n = 1 AND r.cl > 1 ON CONFLICT DO NOTHING; "
                + "UPDATE " + row + " SET cv = cv + 1, actor = " + self + ", version = " + VERSION + "(), seq = "
                + seq(1) + ", ts = " + TS + "() WHERE " + clock.sameKey("", "NEW.") + " AND n = 1 AND NOT " + apart
                + "; "
                + insertCell() + "SELECT " + changedCell(column) + " WHERE " + apart + " OR NOT EXISTS (SELECT 1 FROM "
                + row + " r WHERE " + clock.sameKey("r.", "NEW.") + " AND r.n = 1)" + countOnConflict();
    }

    /** L10: the old row dies, the new one lives, the cells that have a record move over, then changes are recorded. */
    private String onMove() {
        String row = clock.rows();
        String isOld = clock.sameKey("", "OLD.");
        String isNew = clock.sameKey("r.", "NEW.");
        StringBuilder body = new StringBuilder(refuseUnfitKey());
        // One seq for the death, one for the new life, then one for each column whether it has a record or not.
        body.append(insertRow())
                .append("SELECT " + key("NEW") + ", " + birth + ", o.n, o.cv + 1, " + self + ", " + VERSION + "(), "
                        + seq(2 + clock.width()) + " + 1 + (o.n > 0), " + TS + "() FROM " + row + " o WHERE "
                        + clock.sameKey("o.", "OLD.")
                        + " ON CONFLICT DO UPDATE SET cl = " + nextLife() + ", n = excluded.n, cv = excluded.cv,"
                        + STAMP
                        + "; ");
        body.append(insertCell())
                .append("SELECT " + clock.keys("r.") + ", " + Clock.SENTINEL + ", r.cl, " + self
                        + ", r.version, r.seq - 1, r.ts FROM " + row + " r WHERE " + isNew
                        + " AND r.cl = 1 AND r.n > 0 ON CONFLICT DO UPDATE SET cv = excluded.cv," + STAMP + "; ");
        body.append(insertCell())
                .append("SELECT " + clock.keys("r.") + ", c.col, c.cv + 1, " + self
                        + ", r.version, r.seq - (r.n > 0) + 1 + c.col, r.ts FROM " + clock.cells() + " c CROSS JOIN "
                        + row + " r WHERE " + clock.sameKey("c.", "OLD.") + " AND c.col >= 0 AND " + isNew
                        + " ON CONFLICT DO UPDATE SET cv = excluded.cv," + STAMP + "; ");
        body.append("UPDATE " + row + " SET cl = cl + 1, n = 0, cv = NULL, actor = " + self + ", version = " + VERSION
                + "(), seq = (SELECT r.seq - 1 - (r.n > 0) FROM " + row + " r WHERE " + isNew + "), ts = " + TS
                + "() WHERE " + isOld + "; ");
        body.append(deleteCells());
        for (int i = 0; i < table.columns().size(); i++) {
            body.append(insertCell() + "SELECT " + changedCell(i) + " WHERE "
                    + changed(table.columns().get(i)) + countOnConflict());
        }
        return body.toString();
    }

    private String changedCell(int column) {
        int id = table.columnIds().get(column);
        return key("NEW") + ", " + id + ", 1 + coalesce((SELECT r.cv FROM " + clock.rows() + " r WHERE "
                + clock.sameKey("r.", "NEW.") + " AND r.n > " + id + "), 0), " + self + ", " + VERSION + "(), " + seq(1)
                + ", " + TS + "()";
    }

    private String insertRow() {
        return "INSERT INTO " + clock.rows() + " (" + clock.keys() + ", " + Clock.ROW_COLUMNS + ") ";
    }

    private String insertCell() {
        return "INSERT INTO " + clock.cells() + " (" + clock.keys() + ", " + Clock.CELL_COLUMNS + ") ";
    }

    private static String countOnConflict() {
        return " ON CONFLICT DO UPDATE SET cv = cv + 1," + STAMP + "; ";
    }

    private String deleteCells() {
        return "DELETE FROM " + clock.cells() + " WHERE " + clock.sameKey("", "OLD.") + "; ";
    }

    private String refuseUnfitKey() {
        String nulls = table.nullableKey().stream()
                .map(column -> refuse(
                        "the key column " + column + " of the replicated table " + table.name() + " must not be NULL",
                        "NEW." + name(column) + " IS NULL"))
                .collect(Collectors.joining());
        return nulls
                + table.key().stream()
                        .filter(table.untyped()::contains)
                        .map(column -> refuse(equalKeyMessage(table.name(), column), equalKey("NEW." + name(column))))
                        .collect(Collectors.joining());
    }

    private static String refuse(String message, String condition) {
        return "SELECT RAISE(ABORT, " + text(message) + ") WHERE " + condition + "; ";
    }

    /** D1: whether a key is a REAL that equals an INTEGER. SQLite takes them for one key; other nodes may have the other. */
    static String equalKey(String value) {
        return "typeof(" + value + ") = 'real' AND " + value + " = CAST(" + value + " AS INTEGER)";
    }

    static String equalKeyMessage(String table, String column) {
        return "the key column " + column + " of the replicated table " + table
                + " must not hold a REAL that equals an INTEGER, since both are one key: write 5, not 5.0";
    }

    private String key(String version) {
        return Sql.list(table.key(), column -> version + "." + name(column));
    }

    private String seq(int count) {
        return SEQ + "(" + table.id() + ", " + count + ")";
    }

    private String moved() {
        return table.key().stream().map(this::changed).collect(Collectors.joining(" OR "));
    }

    /** L17. A column with a type holds no two equal values that differ, so only the others need more than IS NOT. */
    private String changed(String column) {
        String differs = "NEW." + name(column) + " COLLATE BINARY IS NOT OLD." + name(column);
        return table.untyped().contains(column)
                ? differs + " OR typeof(NEW." + name(column) + ") <> typeof(OLD." + name(column) + ") OR "
                        + changedSign(column)
                : differs;
    }

    /** D2. Of what is equal and of one type, only the zeros can differ: copies must end with the same one. */
    private static String changedSign(String column) {
        String now = "NEW." + name(column);
        return "(typeof(" + now + ") = 'real' AND " + now + " = 0 AND atan2(" + now + ", -1) <> atan2(OLD."
                + name(column) + ", -1))";
    }
}
