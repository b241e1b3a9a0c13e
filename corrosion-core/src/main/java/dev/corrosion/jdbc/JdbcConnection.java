package dev.corrosion.jdbc;

import dev.corrosion.DataSourceOptions;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection as users see it. It has nothing of the driver until a statement runs: then the writer for a transaction, a
 * reader for a read-only one, or, in autocommit mode, either of them for this one statement and its result.
 */
final class JdbcConnection extends Handler {

    private static final Set<Integer> ISOLATIONS = Set.of(
            Connection.TRANSACTION_READ_UNCOMMITTED,
            Connection.TRANSACTION_READ_COMMITTED,
            Connection.TRANSACTION_REPEATABLE_READ,
            Connection.TRANSACTION_SERIALIZABLE);

    private final DataSources node;
    private final DataSourceOptions options;
    private final ReentrantLock lock;
    private final Connection proxy;

    /** What statements in autocommit mode hold. */
    private final Set<Lease> single = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean closed = new AtomicBoolean();
    private boolean autoCommit = true;
    private boolean readOnly;

    /** There from the first statement of a transaction to its end, also if it was taken back meanwhile. */
    private volatile @Nullable Lease transaction;

    private int savepoints;

    private JdbcConnection(DataSources node, DataSourceOptions options, ReentrantLock lock) {
        super(lock);
        this.node = node;
        this.options = options;
        this.lock = lock;
        this.proxy = Proxies.of(Connection.class, this);
    }

    static Connection open(DataSources node, DataSourceOptions options) throws SQLException {
        node.connected(options);
        return new JdbcConnection(node, options, new ReentrantLock()).proxy;
    }

    Connection proxy() {
        return proxy;
    }

    ReentrantLock lock() {
        return lock;
    }

    DataSources node() {
        return node;
    }

    boolean isClosed() {
        return closed.get();
    }

    @Override
    boolean isConcurrent(String method) {
        return method.equals("abort") || super.isConcurrent(method);
    }

    @Override
    @Nullable Object call(Object self, Method method, @Nullable Object[] args) throws Throwable {
        switch (method.getName()) {
            case "close" -> close();
            case "abort" -> abort();
            case "isClosed" -> {
                return closed.get();
            }
            case "isValid" -> {
                return !closed.get() && node.isOpen();
            }
            default -> {
                requireOpen();
                return open(self, method, args);
            }
        }
        return null;
    }

    private @Nullable Object open(Object self, Method method, @Nullable Object[] args) throws Throwable {
        switch (method.getName()) {
            case "setAutoCommit" -> setAutoCommit(argument(args, 0, Boolean.class));
            case "setReadOnly" -> setReadOnly(argument(args, 0, Boolean.class));
            case "setTransactionIsolation" -> setTransactionIsolation(argument(args, 0, Integer.class));
            case "commit" -> commit();
            case "rollback" -> {
                if (args.length == 0) {
                    rollBack();
                } else {
                    savepoint("ROLLBACK TO ", argument(args, 0, Savepoint.class));
                }
            }
            case "releaseSavepoint" -> savepoint("RELEASE ", argument(args, 0, Savepoint.class));
            case "clearWarnings", "setCatalog", "setSchema", "setClientInfo", "setHoldability" -> {
                // accepted, as by the driver: there is one catalogue and one holdability, and nobody asks for the rest
            }
            default -> {
                return answer(self, method, args);
            }
        }
        return null;
    }

    private @Nullable Object answer(Object self, Method method, @Nullable Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "createStatement" -> createStatement(args);
            case "prepareStatement" -> prepareStatement(args);
            case "getMetaData" -> JdbcDatabaseMetaData.of(this);
            case "setSavepoint" -> setSavepoint(args.length == 0 ? null : (String) args[0]);
            case "getAutoCommit" -> autoCommit;
            case "isReadOnly" -> readOnly;
            case "getTransactionIsolation" -> Connection.TRANSACTION_SERIALIZABLE;
            case "getHoldability" -> ResultSet.CLOSE_CURSORS_AT_COMMIT;
            case "nativeSQL" -> args[0];
            case "getNetworkTimeout" -> 0;
            case "getTypeMap" -> Map.of();
            case "getClientInfo" -> args.length == 0 ? new Properties() : null;
            case "getWarnings", "getCatalog", "getSchema" -> null;
            default -> unhandled(self, method, args);
        };
    }

    private Statement createStatement(@Nullable Object[] args) throws SQLException {
        requireForwardOnly(args, 0);
        return JdbcStatement.create(this, null, List.of());
    }

    private Statement prepareStatement(@Nullable Object[] args) throws SQLException {
        JdbcSql sql = JdbcSql.parse(argument(args, 0, String.class));
        if (args.length > 2) {
            requireForwardOnly(args, 1);
        }
        return JdbcStatement.create(this, sql, args.length == 2 ? GeneratedKeys.wanted(args[1]) : List.of());
    }

    private static void requireForwardOnly(@Nullable Object[] args, int from) throws SQLException {
        if (args.length > from
                && (argument(args, from, Integer.class) != ResultSet.TYPE_FORWARD_ONLY
                        || argument(args, from + 1, Integer.class) != ResultSet.CONCUR_READ_ONLY)) {
            throw new SQLFeatureNotSupportedException(
                    "results of SQLite are TYPE_FORWARD_ONLY and CONCUR_READ_ONLY", "0A000");
        }
    }

    private void setAutoCommit(boolean wanted) throws SQLException {
        if (wanted && !autoCommit) {
            commit();
        }
        autoCommit = wanted;
    }

    private void setReadOnly(boolean wanted) throws SQLException {
        if (wanted != readOnly && transaction != null) {
            throw new SQLException("setReadOnly cannot be called within a transaction", "25001");
        }
        readOnly = wanted;
    }

    /** All are served as the strictest: JDBC allows more than what was asked for. */
    private static void setTransactionIsolation(int level) throws SQLException {
        if (!ISOLATIONS.contains(level)) {
            throw new SQLFeatureNotSupportedException("no such transaction isolation: " + level, "0A000");
        }
    }

    static boolean supportsIsolation(@Nullable Object level) {
        return level instanceof Integer known && ISOLATIONS.contains(known);
    }

    private void commit() throws SQLException {
        Lease ending = endingTransaction("commit");
        if (ending != null) {
            ending.commit();
        }
    }

    private void rollBack() throws SQLException {
        Lease ending = endingTransaction("rollback");
        if (ending != null) {
            ending.rollBack();
        }
    }

    private @Nullable Lease endingTransaction(String what) throws SQLException {
        if (autoCommit) {
            throw new SQLException(what + " has no meaning in autocommit mode", "25000");
        }
        Lease ending = transaction;
        transaction = null;
        return ending;
    }

    private Savepoint setSavepoint(@Nullable String name) throws SQLException {
        if (autoCommit) {
            throw new SQLException("a savepoint has no meaning in autocommit mode", "25000");
        }
        JdbcSavepoint savepoint = new JdbcSavepoint(transaction(options), savepoints++, name);
        run(savepoint.transaction(), "SAVEPOINT " + savepoint.sqlName());
        return savepoint;
    }

    private void savepoint(String verb, Savepoint savepoint) throws SQLException {
        if (!(savepoint instanceof JdbcSavepoint known) || known.transaction() != transaction) {
            throw new SQLException("the savepoint is not of this transaction", "3B001");
        }
        run(known.transaction(), verb + known.sqlName());
    }

    private static void run(Lease lease, String sql) throws SQLException {
        lease.use(lent -> {
            try (PreparedStatement statement = lent.prepareStatement(sql)) {
                return statement.execute();
            }
        });
    }

    /**
     * Where a statement is to run: in the transaction, or on a connection of its own, until {@link #done}.
     *
     * @param timeoutSeconds how long it may wait at most, beside the options; 0 for no other bound
     */
    Lease lease(JdbcSql sql, int timeoutSeconds) throws SQLException {
        requireOpen();
        if (sql.writes() && readOnly) {
            throw Failures.readOnly();
        }
        if (!autoCommit) {
            return transaction(patience(timeoutSeconds));
        }
        DataSourceOptions patience = patience(timeoutSeconds);
        return single(sql.writes() ? node.write(patience) : node.read(false, patience));
    }

    /** Where nothing is to be done but to look at the statements and tables that there are. */
    Lease leaseToDescribe() throws SQLException {
        requireOpen();
        Lease running = transaction;
        return running != null ? running : leaseToRead();
    }

    /** A reader of its own, even within a transaction; until {@link #done}. */
    Lease leaseToRead() throws SQLException {
        requireOpen();
        return single(node.read(true, options));
    }

    private Lease single(Lease lease) throws SQLException {
        single.add(lease);
        requireStillOpen(lease);
        return lease;
    }

    private DataSourceOptions patience(int timeoutSeconds) {
        Duration timeout = Duration.ofSeconds(timeoutSeconds);
        boolean shorter = timeoutSeconds > 0 && timeout.compareTo(options.waitTimeout()) < 0;
        return shorter ? options.withWaitTimeout(timeout) : options;
    }

    private Lease transaction(DataSourceOptions patience) throws SQLException {
        Lease running = transaction;
        if (running == null) {
            running = readOnly ? node.read(true, patience) : node.write(patience);
            transaction = running;
            requireStillOpen(running);
        }
        return running;
    }

    /** It may have been aborted while it was waiting. */
    private void requireStillOpen(Lease lease) throws SQLException {
        if (closed.get()) {
            lease.rollBack();
            throw Failures.connectionClosed();
        }
    }

    /** Whether it was lent for one statement. */
    boolean isSingle(Lease lease) {
        return single.contains(lease);
    }

    /** A statement and its result are over: in autocommit mode this is the end of the transaction. */
    void done(Lease lease) throws SQLException {
        if (single.remove(lease)) {
            lease.commit();
        }
    }

    /** A statement has failed. */
    void failed(Lease lease) {
        if (single.remove(lease)) {
            lease.rollBack();
        }
    }

    private void close() throws SQLException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            Lease running = transaction;
            if (running != null) {
                running.rollBack();
            }
            for (Lease lease : single) {
                done(lease);
            }
        } finally {
            transaction = null;
            single.forEach(this::failed);
            node.disconnected();
        }
    }

    /** By another thread, which waits for nobody: breaks off what runs. */
    private void abort() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Lease running = transaction;
        if (running != null) {
            running.takeBack(Failures::connectionClosed);
        }
        single.forEach(lease -> lease.takeBack(Failures::connectionClosed));
        node.disconnected();
    }

    void requireOpen() throws SQLException {
        if (closed.get()) {
            throw Failures.connectionClosed();
        }
    }

    @Override
    public String toString() {
        return "CorrosionConnection@" + Integer.toHexString(System.identityHashCode(proxy))
                + (closed.get() ? "[closed]" : readOnly ? "[read-only]" : "");
    }
}
