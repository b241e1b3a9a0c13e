package dev.corrosion.jdbc;

import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One execution of a statement: the lease that it runs on, the driver's statement, and what came out. */
final class Execution implements JdbcResultSet.Owner {

    /** What the caller expects. */
    enum Kind {
        QUERY,
        UPDATE,
        ANY
    }

    /** A statement with its parameters. */
    record Step(JdbcSql sql, Parameters parameters) {}

    private final JdbcStatement statement;
    private final JdbcConnection connection;
    private final JdbcSql sql;

    /** There while something is open. */
    private @Nullable Lease lease;

    private @Nullable PreparedStatement open;
    private @Nullable JdbcResultSet rows;
    private @Nullable ResultSet result;
    private long updateCount = -1;

    /** Whether the driver's statement has run well and returned no rows. */
    private boolean reusable;

    Execution(JdbcStatement statement, JdbcSql sql) {
        this.statement = statement;
        this.connection = statement.connection();
        this.sql = sql;
    }

    void run(Step step, Kind kind, GeneratedKeys keys) throws SQLException {
        if (kind == Kind.UPDATE && !sql.writes()) {
            throw new SQLException("this is a query and changes nothing: " + sql.text());
        }
        Lease lent = begin(connection.lease(sql, statement.queryTimeout()));
        boolean done = false;
        try {
            ResultSet found = statement.use(lent, driver -> run(lent, driver, step, kind, keys));
            if (found == null) {
                finish();
            } else {
                rows = JdbcResultSet.of(connection.lock(), lent, found, this);
                result = rows.proxy();
            }
            done = true;
        } finally {
            if (!done) {
                fail();
            }
        }
    }

    private @Nullable ResultSet run(Lease lent, Connection driver, Step step, Kind kind, GeneratedKeys keys)
            throws SQLException {
        PreparedStatement prepared = lent.prepare(driver, step.sql().text());
        open = prepared;
        prepared.setLargeMaxRows(statement.maxRows());
        step.parameters().bind(prepared);
        if (kind == Kind.QUERY) {
            return prepared.executeQuery();
        }
        boolean hasRows = prepared.execute();
        if (hasRows && kind == Kind.ANY) {
            return prepared.getResultSet();
        }
        updateCount = hasRows ? count(prepared) : prepared.getLargeUpdateCount();
        keys.note(driver, step.sql());
        reusable = true;
        return null;
    }

    /** RETURNING, and nobody asked for it: one row for each row changed. */
    private static long count(PreparedStatement prepared) throws SQLException {
        try (ResultSet returned = prepared.getResultSet()) {
            long count = 0;
            while (returned.next()) {
                count++;
            }
            return count;
        }
    }

    /**
     * Runs them one after the other as one transaction or a part of one.
     *
     * @param counts gets the rows that each has changed, also if a later one fails
     */
    void runAll(List<Step> steps, GeneratedKeys keys, List<Long> counts) throws SQLException {
        Lease lent = begin(connection.lease(sql, statement.queryTimeout()));
        boolean done = false;
        try {
            for (Step step : steps) {
                counts.add(Objects.requireNonNull(statement.use(lent, driver -> runOne(lent, driver, step, keys))));
            }
            reusable = true;
            finish();
            done = true;
        } finally {
            if (!done) {
                fail();
            }
        }
    }

    private long runOne(Lease lent, Connection driver, Step step, GeneratedKeys keys) throws SQLException {
        // The steps of a prepared statement have the same text: it is prepared once.
        PreparedStatement prepared = open;
        boolean same = step.sql().equals(sql);
        if (prepared == null || !same) {
            prepared = lent.prepare(driver, step.sql().text());
            open = same ? prepared : open;
        }
        prepared.clearParameters();
        step.parameters().bind(prepared);
        long count = prepared.execute() ? count(prepared) : prepared.getLargeUpdateCount();
        keys.note(driver, step.sql());
        if (!same) {
            lent.giveBack(step.sql().text(), prepared);
        }
        return count;
    }

    /** Prepares it without running it. */
    void describe() throws SQLException {
        Lease lent = begin(connection.leaseToDescribe());
        boolean done = false;
        try {
            open = lent.use(driver -> lent.prepare(driver, sql.text()));
            done = true;
        } finally {
            if (!done) {
                fail();
            }
        }
    }

    @Nullable ResultSetMetaData resultMetaData() throws SQLException {
        Lease lent = lease;
        PreparedStatement described = open;
        if (lent == null || described == null) {
            throw Failures.closed("statement");
        }
        ResultSetMetaData metaData = lent.use(driver -> {
            ResultSetMetaData found = described.getMetaData();
            return found == null || found.getColumnCount() == 0 ? null : found;
        });
        return metaData == null ? null : JdbcResultSet.metaData(connection.lock(), lent, metaData);
    }

    ParameterMetaData parameterMetaData() throws SQLException {
        Lease lent = lease;
        PreparedStatement described = open;
        if (lent == null || described == null) {
            throw Failures.closed("statement");
        }
        ParameterMetaData metaData = Objects.requireNonNull(lent.use(driver -> described.getParameterMetaData()));
        return JdbcResultSet.forwarding(connection.lock(), lent, ParameterMetaData.class, metaData);
    }

    private Lease begin(Lease lent) {
        lease = lent;
        return lent;
    }

    boolean isOpen() {
        return lease != null;
    }

    boolean hasRows() {
        return result != null;
    }

    @Nullable ResultSet result() {
        return result;
    }

    /** -1 if there is a result instead. */
    long updateCount() {
        return updateCount;
    }

    @Override
    public <T> @Nullable T use(Lease.Work<T> work) throws SQLException {
        Lease lent = lease;
        if (lent == null) {
            throw Failures.closed("result");
        }
        return statement.use(lent, work);
    }

    /** What a write has returned is read: in autocommit mode that is the moment to commit. */
    @Override
    public void done(boolean closed) throws SQLException {
        if (closed) {
            finish();
            statement.completed();
        } else if (lease != null && connection.isSingle(lease) && sql.writes()) {
            finish();
        }
    }

    @Override
    public Statement statement() {
        return statement.proxy();
    }

    /** Closes what is open, and commits in autocommit mode. */
    void finish() throws SQLException {
        if (lease != null && open != null && reusable) {
            lease.giveBack(sql.text(), open);
        }
        Lease lent = release();
        if (lent != null) {
            connection.done(lent);
        }
    }

    private void fail() {
        Lease lent = release();
        if (lent != null) {
            connection.failed(lent);
        }
    }

    private @Nullable Lease release() {
        Lease lent = lease;
        lease = null;
        if (rows != null) {
            rows.invalidate();
        }
        if (lent != null && open != null) {
            lent.close(open);
        }
        open = null;
        return lent;
    }
}
