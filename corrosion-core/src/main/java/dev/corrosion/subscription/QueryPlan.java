package dev.corrosion.subscription;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.store.Statements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is known of a query before it runs.
 *
 * @param statement the query
 * @param columns names of the result's columns
 * @param keyColumns columns that hold the whole primary key of every table read, or none
 * @param readSet the tables read
 */
record QueryPlan(Statement statement, List<String> columns, List<Integer> keyColumns, ReadSet readSet) {

    /**
     * Compiles the query.
     *
     * @throws CorrosionException if it is not exactly one SELECT that SQLite accepts
     */
    static QueryPlan of(Connection connection, Statement asked) throws SQLException {
        Statement statement = Statements.requireQuery(asked);
        ReadSet readSet = ReadSet.of(connection, statement.sql());
        List<String> columns = new ArrayList<>();
        Map<String, Integer> origins = new HashMap<>();
        try (PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
            ResultSetMetaData metaData = prepared.getMetaData();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                columns.add(metaData.getColumnLabel(i));
                String table = metaData.getTableName(i);
                if (table != null && !table.isEmpty()) {
                    String origin = table + "." + metaData.getColumnLabel(i);
                    origins.putIfAbsent(origin.toLowerCase(Locale.ROOT), i - 1);
                }
            }
        }
        return new QueryPlan(statement, List.copyOf(columns), keyColumns(connection, readSet, origins), readSet);
    }

    private static List<Integer> keyColumns(Connection connection, ReadSet readSet, Map<String, Integer> origins)
            throws SQLException {
        List<Integer> key = new ArrayList<>();
        for (String table : readSet.tables()) {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk")) {
                select.setString(1, table);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        Integer column = origins.get((table + "." + rows.getString(1)).toLowerCase(Locale.ROOT));
                        if (column == null) {
                            return List.of();
                        }
                        key.add(column);
                    }
                }
            }
        }
        return List.copyOf(key);
    }
}
