package dev.corrosion.http;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The result of a query, in pieces, as its reader wants them. What it begins with is read at once, so that a small result holds
 * the database no longer than it takes to run, however slow its client is.
 *
 * <p>Used by one thread at a time, but for {@link #cancel}.
 */
final class QueryResult implements AutoCloseable {

    /** Size of a piece, roughly. */
    private static final int PIECE = 64 << 10;

    /** What is read at once. */
    private static final int AHEAD = 1 << 20;

    private static final byte[] NOTHING = {};

    private final long start = System.nanoTime();
    private final Duration timeout;
    private final long maxRows;
    private final Deque<byte[]> ahead = new ArrayDeque<>();
    private final Connection connection;

    /** For {@link #cancel}, which comes from other threads. */
    private volatile @Nullable PreparedStatement statement;

    private @Nullable ResultSet rows;
    private int columns;
    private long count;

    private QueryResult(Connection connection, Duration timeout, long maxRows) {
        this.connection = connection;
        this.timeout = timeout;
        this.maxRows = maxRows;
    }

    /**
     * Runs the query. Blocks until SQLite has the first rows.
     *
     * @param timeout for all of it, in whole seconds; zero for none
     * @param maxRows how many rows it may have
     */
    @SuppressWarnings("MustBeClosedChecker") // the result closes it
    static QueryResult open(DataSource database, BoundQuery query, Duration timeout, long maxRows) throws SQLException {
        QueryResult result = new QueryResult(database.getConnection(), timeout, maxRows);
        try {
            result.run(query);
            return result;
        } catch (SQLException | RuntimeException e) {
            result.close();
            throw e;
        }
    }

    private void run(BoundQuery query) throws SQLException {
        connection.setReadOnly(true);
        PreparedStatement prepared = query.prepare(connection, "");
        statement = prepared;
        limit(prepared);
        ResultSet found = prepared.executeQuery();
        rows = found;
        ResultSetMetaData meta = found.getMetaData();
        columns = meta.getColumnCount();
        List<String> names = new ArrayList<>(columns);
        for (int i = 1; i <= columns; i++) {
            names.add(meta.getColumnLabel(i));
        }
        ahead.add(JsonLines.columns(names));
        int bytes = 0;
        while (rows != null && bytes < AHEAD) {
            byte[] piece = read();
            ahead.add(piece);
            bytes += piece.length;
        }
    }

    /**
     * The next piece, or null behind the last one. An error of the query is in the last piece. May block.
     */
    byte @Nullable [] next() {
        byte[] piece = ahead.poll();
        if (piece == null && rows != null) {
            piece = read();
        }
        return piece;
    }

    private byte[] read() {
        ByteArrayOutputStream piece = new ByteArrayOutputStream();
        try {
            PreparedStatement running = statement;
            ResultSet from = rows;
            if (running == null || from == null) {
                return NOTHING;
            }
            limit(running);
            while (piece.size() < PIECE) {
                if (!from.next()) {
                    piece.writeBytes(JsonLines.endOfQuery(Duration.ofNanos(System.nanoTime() - start), null));
                    close();
                    break;
                }
                if (count == maxRows) {
                    throw new SQLException("the result has more than " + maxRows + " rows, the limit of the server");
                }
                count++;
                piece.writeBytes(JsonLines.row(count, cells(from)));
            }
        } catch (SQLException e) {
            piece.writeBytes(JsonLines.error(SqlFailures.reason(e)));
            close();
        }
        return piece.toByteArray();
    }

    private List<@Nullable Object> cells(ResultSet from) throws SQLException {
        List<@Nullable Object> cells = new ArrayList<>(columns);
        for (int i = 1; i <= columns; i++) {
            cells.add(from.getObject(i));
        }
        return cells;
    }

    /** What is left of the time is the limit of each call. */
    private void limit(PreparedStatement running) throws SQLException {
        if (!timeout.isZero()) {
            long left = timeout.toNanos() - (System.nanoTime() - start);
            if (left <= 0) {
                throw new SQLTimeoutException("the query took longer than " + timeout.toSeconds() + " s");
            }
            running.setQueryTimeout((int) Duration.ofNanos(left).plusSeconds(1).toSeconds());
        }
    }

    /** Breaks off what SQLite is doing. Any thread; does not block. */
    void cancel() {
        PreparedStatement running = statement;
        if (running != null) {
            try {
                running.cancel();
            } catch (SQLException e) {
                SqlFailures.log.debug("a query could not be cancelled, so it runs until its timeout: {}", e.toString());
            }
        }
    }

    /** Gives back what it holds of the database. A second call does nothing. */
    @Override
    public void close() {
        rows = null;
        try {
            connection.close();
        } catch (SQLException e) {
            SqlFailures.log.warn("a connection could not be closed: {}", e.toString());
        }
    }
}
