package dev.corrosion.crdt;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How much there is of a table. Takes time in proportion to it.
 *
 * @param rows that it has
 * @param tombstones records of rows that it had
 */
public record RecordCount(long rows, long tombstones) {

    public static RecordCount read(Connection connection, ReplicatedTable table) throws SQLException {
        return new RecordCount(
                count(connection, "SELECT count(*) FROM " + Sql.name(table.name())), tombstones(connection, table));
    }

    /** The second half only. */
    public static long tombstones(Connection connection, ReplicatedTable table) throws SQLException {
        return count(connection, "SELECT count(*) FROM " + Clock.rows(table.id()) + " WHERE cl % 2 = 0");
    }

    private static long count(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
