package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs the statements of users. */
public final class Statements {

    /** How many rows the RETURNING clauses of one transaction may give together. */
    public static final int MAX_RETURNED_ROWS = 10_000;

    private Statements() {}

    /**
     * What a statement did that changes data.
     *
     * @param rows how many rows it inserted, updated or deleted
     * @param returned the rows that its RETURNING clause gave; empty if it has none
     */
    public record Executed(long rows, List<Row> returned) {}

    /**
     * Runs a statement that changes data.
     *
     * @return how many rows it inserted, updated or deleted
     * @throws CorrosionException if it is none, or its parameters do not fit
     */
    public static long execute(Connection connection, Statement statement) throws SQLException {
        ParsedStatement parsed = ParsedStatement.parse(statement);
        parsed.requireWrite();
        try (PreparedStatement prepared = connection.prepareStatement(parsed.sql())) {
            return execute(prepared, parsed, MAX_RETURNED_ROWS).rows();
        }
    }

    /**
     * The same with a statement that stays prepared: for a replicated table, preparing takes longer than running.
     *
     * @param maxReturned how many rows RETURNING may give
     * @throws CorrosionException if it gives more, too
     */
    public static Executed execute(PreparedStatements statements, Statement statement, int maxReturned)
            throws SQLException {
        ParsedStatement parsed = ParsedStatement.parse(statement);
        parsed.requireWrite();
        return execute(statements.get(parsed.sql()), parsed, maxReturned);
    }

    private static Executed execute(PreparedStatement prepared, ParsedStatement parsed, int maxReturned)
            throws SQLException {
        parsed.bind(prepared);
        if (!prepared.execute()) {
            return new Executed(prepared.getLargeUpdateCount(), List.of());
        }
        // RETURNING: one row per row changed, and SQLite is done only when all are read
        try (ResultSet rows = prepared.getResultSet()) {
            List<Row> returned = read(
                    rows,
                    maxReturned,
                    () -> "the RETURNING clauses of the transaction give more than " + MAX_RETURNED_ROWS
                            + " rows: return fewer, or write them in several transactions");
            return new Executed(returned.size(), returned);
        }
    }

    /**
     * Runs a query.
     *
     * @throws CorrosionException if it is none, or its parameters do not fit
     */
    public static List<Row> query(Connection connection, Statement statement) throws SQLException {
        return query(connection, statement, Integer.MAX_VALUE);
    }

    /**
     * Runs a query whose result must fit into memory.
     *
     * @param maxRows how many rows the result may have; no more are read
     * @throws CorrosionException if the result has more, if it is no query, or its parameters do not fit
     */
    public static List<Row> query(Connection connection, Statement statement, int maxRows) throws SQLException {
        ParsedStatement parsed = ParsedStatement.parse(statement);
        parsed.requireQuery();
        try (PreparedStatement prepared = connection.prepareStatement(parsed.sql())) {
            parsed.bind(prepared);
            try (ResultSet rows = prepared.executeQuery()) {
                return read(
                        rows, maxRows, () -> "the result has more than " + maxRows + " rows: add a WHERE or a LIMIT");
            }
        }
    }

    /**
     * The same query with numbered parameters only, checked as {@link #query} checks it.
     *
     * @throws CorrosionException if it is no query, or its parameters do not fit
     */
    public static Statement requireQuery(Statement statement) {
        ParsedStatement parsed = ParsedStatement.parse(statement);
        parsed.requireQuery();
        return new Statement(parsed.sql(), parsed.values(), Map.of());
    }

    private static List<Row> read(ResultSet rows, int maxRows, Supplier<String> tooMany) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(meta.getColumnLabel(i));
        }
        columns = List.copyOf(columns);
        List<Row> result = new ArrayList<>();
        while (rows.next()) {
            if (result.size() == maxRows) {
                throw new CorrosionException(tooMany.get());
            }
            @Nullable Object[] values = new @Nullable Object[columns.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = SqlValues.read(rows, i + 1);
            }
            result.add(Row.of(columns, values));
        }
        return result;
    }
}
