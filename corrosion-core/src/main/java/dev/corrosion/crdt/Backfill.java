package dev.corrosion.crdt;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** Records the rows that a table had before it was replicated, in the order of their keys. */
final class Backfill {

    private Backfill() {}

    static void run(Connection connection, ReplicatedTable table, LocalWrites local) throws SQLException {
        String from = " FROM " + Sql.name(table.name());
        try (Statement statement = connection.createStatement()) {
            if (!exists(statement, "SELECT 1" + from)) {
                return;
            }
            if (!local.isActive()) {
                throw new IllegalStateException(
                        "the table " + table.name() + " has rows: begin a recording before it is made replicated");
            }
            for (String column : table.nullableKey()) {
                if (exists(statement, "SELECT 1" + from + " WHERE " + Sql.name(column) + " IS NULL")) {
                    throw new UnfitRowsException("the table " + table.name() + " cannot be replicated: it has rows"
                            + " whose key column " + column + " is NULL; give them a key or delete them");
                }
            }
            for (Map.Entry<String, String> tooLarge :
                    Triggers.tooLarge(table, "").entrySet()) {
                if (exists(statement, "SELECT 1" + from + " WHERE " + tooLarge.getValue())) {
                    throw new UnfitRowsException("the table " + table.name() + " cannot be replicated: "
                            + Triggers.tooLargeMessage(table.name(), tooLarge.getKey()));
                }
            }
            statement.executeUpdate("INSERT INTO __corrosion_row (tbl, pk) SELECT " + table.id() + ", " + Triggers.PACK
                    + "(" + Sql.names(table.key()) + ")" + from + " ORDER BY " + Sql.names(table.key()));
            List<String> cells = table.columns().isEmpty() ? List.of(Change.SENTINEL) : table.columns();
            // Scanned by row number, which is the order of the keys.
            statement.executeUpdate(
                    "INSERT INTO __corrosion_cell (row, cid, col_version, db_version, actor, seq, ts) SELECT r.id,"
                            + " c.column1, 1, " + Triggers.VERSION + "(), " + InternalTables.SELF + ", " + Triggers.SEQ
                            + "(" + table.id() + "), '" + LocalWrites.NO_TIMESTAMP
                            + "' FROM __corrosion_row r NOT INDEXED CROSS JOIN (VALUES "
                            + Sql.list(cells, column -> "(" + Sql.text(column) + ")") + ") c WHERE r.tbl = "
                            + table.id());
        }
    }

    private static boolean exists(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql + " LIMIT 1")) {
            return row.next();
        }
    }
}
