package dev.corrosion.crdt;

import dev.corrosion.store.PreparedStatements;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A replicated table with its clock, and the SQL by which changes of others are written to it. On the writer thread. */
final class UserTable {

    /** For how many sets of columns the SQL is remembered. */
    private static final int MAX_UPSERTS = 256;

    private final ReplicatedTable table;
    private final Clock clock;
    private final String select;
    private final String delete;
    private final TableChanges changes;
    private final Map<List<String>, String> upserts = new HashMap<>();

    /** @param statements of the writer connection */
    UserTable(PreparedStatements statements, ReplicatedTable table) {
        this.table = table;
        this.clock = new Clock(table);
        String where = Sql.name(table.name()) + " WHERE " + Sql.equalTo(table.key());
        String columns = table.columns().isEmpty() ? "1" : Sql.names(table.columns());
        this.select = "SELECT " + columns + " FROM " + where;
        this.delete = "DELETE FROM " + where;
        this.changes = new TableChanges(statements, table);
    }

    String name() {
        return table.name();
    }

    List<String> key() {
        return table.key();
    }

    boolean isUntyped(String column) {
        return table.untyped().contains(column);
    }

    List<String> columns() {
        return table.columns();
    }

    Clock clock() {
        return clock;
    }

    /** Its changes as the running transaction has them. */
    TableChanges changes() {
        return changes;
    }

    /** All columns of one row. */
    String select() {
        return select;
    }

    String delete() {
        return delete;
    }

    /** Sets these columns of one row; makes it if it is missing. */
    String upsert(List<String> columns) {
        String known = upserts.get(columns);
        if (known != null) {
            return known;
        }
        if (upserts.size() == MAX_UPSERTS) {
            upserts.clear();
        }
        String made = makeUpsert(columns);
        upserts.put(columns, made);
        return made;
    }

    private String makeUpsert(List<String> columns) {
        StringBuilder sql = new StringBuilder("INSERT INTO ")
                .append(Sql.name(table.name()))
                .append(" (")
                .append(Sql.names(table.key()));
        columns.forEach(column -> sql.append(", ").append(Sql.name(column)));
        sql.append(") VALUES (")
                .append(Sql.placeholders(table.key().size() + columns.size()))
                .append(") ON CONFLICT DO ");
        if (columns.isEmpty()) {
            return sql.append("NOTHING").toString();
        }
        return sql.append("UPDATE SET ")
                .append(Sql.list(columns, column -> Sql.name(column) + " = excluded." + Sql.name(column)))
                .toString();
    }
}
