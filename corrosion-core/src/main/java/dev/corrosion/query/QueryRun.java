package dev.corrosion.query;

import dev.corrosion.store.SqlValues;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the statements of one evaluation.
 *
 * @param parameters of the query, as SQLite has them
 * @param maxRows how many rows one statement may give
 */
record QueryRun(StatementCache statements, List<@Nullable Object> parameters, int maxRows) {

    /**
     * Runs a statement.
     *
     * @param keys values of the parameters behind those of the query
     * @param consumer of the rows; each array is its own
     * @throws CannotFollow if there are too many rows
     */
    void each(Connection snapshot, String sql, List<?> keys, Consumer<@Nullable Object[]> consumer)
            throws SQLException {
        PreparedStatement statement = statements.get(snapshot, sql);
        bind(statement, keys);
        try (ResultSet rows = statement.executeQuery()) {
            int width = rows.getMetaData().getColumnCount();
            int count = 0;
            while (rows.next()) {
                if (++count > maxRows) {
                    throw tooMany();
                }
                @Nullable Object[] values = new @Nullable Object[width];
                for (int i = 0; i < width; i++) {
                    values[i] = SqlValues.read(rows, i + 1);
                }
                consumer.accept(values);
            }
        }
    }

    CannotFollow tooMany() {
        return new CannotFollow(
                "more than " + maxRows + " rows would have to be kept in memory: add a WHERE or a LIMIT");
    }

    /** Parameters that only dropped parts of the query used may be missing at the end. */
    private void bind(PreparedStatement statement, List<?> keys) throws SQLException {
        int count = statement.getParameterMetaData().getParameterCount();
        int own = Math.min(parameters.size(), count);
        for (int i = 0; i < own; i++) {
            SqlValues.bind(statement, i + 1, parameters.get(i));
        }
        for (int i = 0; i < keys.size(); i++) {
            SqlValues.bind(statement, parameters.size() + i + 1, Keys.bindable(keys.get(i)));
        }
    }

    /** A part of a row. */
    static List<@Nullable Object> part(@Nullable Object[] values, int from, int length) {
        return Arrays.asList(values).subList(from, from + length);
    }
}
