package dev.corrosion.crdt;

import dev.corrosion.store.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Records the rows that a table had before it was replicated, in the order of their keys. */
final class Backfill {

    private Backfill() {}

    static void run(Connection connection, ReplicatedTable table, LocalWrites local, long self) throws SQLException {
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
            for (String column : table.key()) {
                if (table.untyped().contains(column)
                        && exists(statement, "SELECT 1" + from + " WHERE " + Triggers.equalKey(Sql.name(column)))) {
                    throw new UnfitRowsException("the table " + table.name() + " cannot be replicated: "
                            + Triggers.equalKeyMessage(table.name(), column));
                }
            }
            String bytes = Stream.concat(table.key().stream(), table.columns().stream())
                    .map(column -> "coalesce(octet_length(" + Sql.name(column) + "), 0)")
                    .collect(Collectors.joining(" + "));
            if (exists(statement, "SELECT 1" + from + " WHERE " + bytes + " > " + Database.MAX_VALUE_BYTES)) {
                throw new UnfitRowsException("the table " + table.name() + " cannot be replicated: it has a row of more"
                        + " than " + Database.MAX_VALUE_BYTES + " bytes, more than a message can carry: keep large"
                        + " values elsewhere, or in pieces");
            }
            Clock clock = new Clock(table);
            int cells = clock.width();
            long birth = Tombstones.birth(connection, table.name());
            int ahead = cells > 0 && birth > 1 ? 1 : 0;
            // A subquery with an order of its own, so that the seqs are given in the order of the keys (L20).
            statement.executeUpdate("INSERT INTO " + clock.rows() + " (" + clock.keys() + ", " + Clock.ROW_COLUMNS
                    + ") SELECT *, " + birth + ", " + cells + ", " + (cells == 0 ? "NULL" : "1") + ", " + self + ", "
                    + Triggers.VERSION + "(), " + Triggers.SEQ + "(" + table.id() + ", " + (Math.max(cells, 1) + ahead)
                    + ") + "
                    + ahead + ", " + LocalWrites.NO_TIMESTAMP + " FROM (SELECT " + Sql.names(table.key()) + from
                    + " ORDER BY "
                    + Sql.names(table.key()) + " LIMIT -1 OFFSET 0)");
        }
    }

    private static boolean exists(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql + " LIMIT 1")) {
            return row.next();
        }
    }
}
