package dev.corrosion.jdbc;

import java.lang.reflect.Method;
import java.sql.BatchUpdateException;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement as users see it, prepared or not: its text, its parameters and its settings. It becomes one of the driver's
 * each time it runs, on whatever connection that is, and so outlives transactions.
 */
final class JdbcStatement extends Handler {

    /** How many executions one batch holds. */
    static final int MAX_BATCH = 100_000;

    private final JdbcConnection connection;
    private final @Nullable JdbcSql prepared;
    private final List<String> wantedKeys;
    private final Parameters parameters = new Parameters();
    private final List<Execution.Step> batch = new ArrayList<>();
    private final Statement proxy;

    private @Nullable Execution execution;
    private GeneratedKeys keys = new GeneratedKeys(List.of());
    private boolean closeOnCompletion;
    private boolean poolable;
    private long maxRows;
    private int fetchSize;
    private int queryTimeout;
    private volatile boolean closed;
    private volatile @Nullable Run running;

    private JdbcStatement(JdbcConnection connection, @Nullable JdbcSql prepared, List<String> wantedKeys) {
        super(connection.lock());
        this.connection = connection;
        this.prepared = prepared;
        this.wantedKeys = wantedKeys;
        this.poolable = prepared != null;
        this.proxy = prepared == null ? Proxies.of(Statement.class, this) : Proxies.of(PreparedStatement.class, this);
    }

    /**
     * Makes a statement.
     *
     * @param prepared the SQL of a prepared one, else null
     */
    static Statement create(JdbcConnection connection, @Nullable JdbcSql prepared, List<String> wantedKeys) {
        return new JdbcStatement(connection, prepared, wantedKeys).proxy;
    }

    Statement proxy() {
        return proxy;
    }

    JdbcConnection connection() {
        return connection;
    }

    long maxRows() {
        return maxRows;
    }

    int queryTimeout() {
        return queryTimeout;
    }

    @Override
    boolean isConcurrent(String method) {
        return method.equals("cancel") || super.isConcurrent(method);
    }

    @Override
    @Nullable Object call(Object self, Method method, @Nullable Object[] args) throws Throwable {
        switch (method.getName()) {
            case "close" -> close();
            case "cancel" -> {
                Run current = running;
                if (current != null) {
                    current.cancel();
                }
            }
            case "isClosed" -> {
                return closed || connection.isClosed();
            }
            default -> {
                connection.requireOpen();
                if (closed) {
                    throw Failures.closed("statement");
                }
                return open(self, method, args);
            }
        }
        return null;
    }

    private @Nullable Object open(Object self, Method method, @Nullable Object[] args) throws Throwable {
        String name = method.getName();
        if (name.startsWith("set") && method.getDeclaringClass() == PreparedStatement.class) {
            parameters.set(method, args);
            return null;
        }
        return switch (name) {
            case "execute" -> execute(args, Execution.Kind.ANY).hasRows();
            case "executeQuery" -> execute(args, Execution.Kind.QUERY).result();
            case "executeUpdate" -> small(execute(args, Execution.Kind.UPDATE).updateCount());
            case "executeLargeUpdate" -> execute(args, Execution.Kind.UPDATE).updateCount();
            case "executeBatch" ->
                Arrays.stream(executeBatch()).mapToInt(JdbcStatement::small).toArray();
            case "executeLargeBatch" -> executeBatch();
            case "getResultSet" -> execution == null ? null : execution.result();
            case "getUpdateCount" -> execution == null ? -1 : small(execution.updateCount());
            case "getLargeUpdateCount" -> execution == null ? -1L : execution.updateCount();
            case "getMoreResults" -> {
                finish();
                yield false;
            }
            case "getGeneratedKeys" -> generatedKeys();
            case "getMetaData" -> resultMetaData();
            case "getParameterMetaData" -> parameterMetaData();
            default -> settings(self, method, args);
        };
    }

    private @Nullable Object settings(Object self, Method method, @Nullable Object[] args) throws Throwable {
        switch (method.getName()) {
            case "addBatch" -> addBatch(args);
            case "clearBatch" -> batch.clear();
            case "clearParameters" -> parameters.clear();
            case "closeOnCompletion" -> closeOnCompletion = true;
            case "setPoolable" -> poolable = argument(args, 0, Boolean.class);
            case "setMaxRows", "setLargeMaxRows" -> maxRows = notNegative(args);
            case "setFetchSize" -> fetchSize = (int) notNegative(args);
            case "setQueryTimeout" -> queryTimeout = (int) notNegative(args);
            case "setMaxFieldSize" -> notNegative(args);
            case "setEscapeProcessing", "setCursorName", "setFetchDirection", "clearWarnings" -> {
                // accepted, as by the driver: hints at most
            }
            default -> {
                return answer(self, method, args);
            }
        }
        return null;
    }

    private @Nullable Object answer(Object self, Method method, @Nullable Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "getConnection" -> connection.proxy();
            case "getMaxRows" -> small(maxRows);
            case "getLargeMaxRows" -> maxRows;
            case "getFetchSize" -> fetchSize;
            case "getQueryTimeout" -> queryTimeout;
            case "getMaxFieldSize" -> 0;
            case "isPoolable" -> poolable;
            case "isCloseOnCompletion" -> closeOnCompletion;
            case "getFetchDirection" -> ResultSet.FETCH_FORWARD;
            case "getResultSetType" -> ResultSet.TYPE_FORWARD_ONLY;
            case "getResultSetConcurrency" -> ResultSet.CONCUR_READ_ONLY;
            case "getResultSetHoldability" -> ResultSet.CLOSE_CURSORS_AT_COMMIT;
            case "getWarnings" -> null;
            default -> unhandled(self, method, args);
        };
    }

    private static int small(long count) {
        return (int) Math.min(count, Integer.MAX_VALUE);
    }

    private static long notNegative(@Nullable Object[] args) throws SQLException {
        long value = argument(args, 0, Number.class).longValue();
        if (value < 0) {
            throw new SQLException("must not be negative: " + value);
        }
        return value;
    }

    /** Runs the prepared SQL, or that of the first argument. */
    private Execution execute(@Nullable Object[] args, Execution.Kind kind) throws SQLException {
        finish();
        keys = new GeneratedKeys(args.length > 1 ? GeneratedKeys.wanted(args[1]) : wantedKeys);
        JdbcSql sql = prepared == null || args.length > 0 ? textOf(args) : prepared;
        Execution begun = new Execution(this, sql);
        begun.run(new Execution.Step(sql, parameters), kind, keys);
        execution = begun;
        return begun;
    }

    private JdbcSql textOf(@Nullable Object[] args) throws SQLException {
        if (prepared != null) {
            throw new SQLException("a prepared statement runs its own SQL and no other");
        }
        return JdbcSql.parse(argument(args, 0, String.class));
    }

    private void addBatch(@Nullable Object[] args) throws SQLException {
        JdbcSql sql = prepared == null || args.length > 0 ? textOf(args) : prepared;
        if (!sql.writes()) {
            throw new SQLException("a query cannot be part of a batch: " + sql.text());
        }
        if (batch.size() == MAX_BATCH) {
            throw new SQLException("the batch has " + MAX_BATCH + " entries, more are not taken: execute it before");
        }
        batch.add(new Execution.Step(sql, parameters.copy()));
    }

    private long[] executeBatch() throws SQLException {
        finish();
        keys = new GeneratedKeys(wantedKeys);
        List<Execution.Step> steps = List.copyOf(batch);
        batch.clear();
        if (steps.isEmpty()) {
            return new long[0];
        }
        List<Long> counts = new ArrayList<>();
        try {
            new Execution(this, steps.get(0).sql()).runAll(steps, keys, counts);
        } catch (SQLException e) {
            long[] done = counts.stream().mapToLong(Long::longValue).toArray();
            throw new BatchUpdateException(
                    "batch entry " + counts.size() + ": " + e.getMessage(), e.getSQLState(), e.getErrorCode(), done, e);
        }
        return counts.stream().mapToLong(Long::longValue).toArray();
    }

    private ResultSet generatedKeys() throws SQLException {
        JdbcStatement query = new JdbcStatement(connection, JdbcSql.parse(keys.query()), List.of());
        query.closeOnCompletion = true;
        query.parameters.setString(1, keys.json());
        ResultSet result = query.execute(new Object[0], Execution.Kind.QUERY).result();
        if (result == null) {
            throw new IllegalStateException("a query without a result");
        }
        return result;
    }

    private @Nullable ResultSetMetaData resultMetaData() throws SQLException {
        return prepared == null ? null : described(prepared).resultMetaData();
    }

    private ParameterMetaData parameterMetaData() throws SQLException {
        if (prepared == null) {
            throw new SQLException("the statement is not prepared");
        }
        return described(prepared).parameterMetaData();
    }

    private Execution described(JdbcSql sql) throws SQLException {
        Execution known = execution;
        if (known == null || !known.isOpen()) {
            known = new Execution(this, sql);
            known.describe();
            execution = known;
        }
        return known;
    }

    /** Calls the driver within the statement's timeout, so that {@link Statement#cancel} can break it off. */
    <T> @Nullable T use(Lease lease, Lease.Work<T> work) throws SQLException {
        Run run = connection.node().run(queryTimeout);
        running = run;
        try {
            return lease.use(run, work);
        } finally {
            running = null;
        }
    }

    /** Its result has been closed. */
    void completed() throws SQLException {
        if (closeOnCompletion) {
            close();
        }
    }

    /** Ends what the last execution left open. */
    private void finish() throws SQLException {
        Execution last = execution;
        execution = null;
        if (last != null) {
            last.finish();
        }
    }

    private void close() throws SQLException {
        if (!closed) {
            closed = true;
            batch.clear();
            finish();
        }
    }

    @Override
    public String toString() {
        return prepared == null ? "CorrosionStatement" : "CorrosionStatement[" + prepared.text() + "]";
    }
}
