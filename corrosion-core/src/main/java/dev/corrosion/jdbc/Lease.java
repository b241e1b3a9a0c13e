package dev.corrosion.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/**
 * A connection of the driver that a borrower has for a while, and that can be taken back from it at any time.
 *
 * <p>Every call on the driver's objects is made under the permit. The lease has one end, decided once: by the borrower, or
 * by who takes it back. From then on no call of the borrower reaches the driver; what it still has open is closed before
 * the permit is given up for good. Safe for any thread.
 */
abstract class Lease {

    /** What is done with the driver's connection. */
    interface Work<T> {
        @Nullable T run(Connection connection) throws SQLException;
    }

    private static final Logger log = LoggerFactory.getLogger(Lease.class);

    /** Between two attempts to break off what runs: SQLite forgets an interrupt that comes before the statement. */
    private static final long INTERRUPT_MILLIS = 10;

    private final ReentrantLock permit = new ReentrantLock();

    /** Guarded by the permit: what the borrower has open. */
    private final List<Statement> statements = new ArrayList<>();

    /** There from the lending to the end. Changed under the permit. */
    private volatile @Nullable Connection connection;

    /** What every use after the end is answered. */
    private final AtomicReference<@Nullable Supplier<SQLException>> end = new AtomicReference<>();

    private volatile long lastUse;
    private volatile Thread lastUser = Thread.currentThread();

    /**
     * Called once, under the permit, when nothing is open on the connection any more.
     *
     * @param connection null if it was never lent
     * @param well whether the borrower has ended it, and what was written is to stay
     */
    abstract void ended(@Nullable Connection connection, boolean well);

    /** Called under the permit when a call has failed; may {@link #decide} the end. */
    void failed(SQLException failure) {}

    /** Ends well: what was written is committed. */
    abstract void commit() throws SQLException;

    /** Ends; nothing of what was written remains. Never fails, also if it has ended already. */
    abstract void rollBack();

    /**
     * Hands over the connection.
     *
     * @return whether it is wanted still
     */
    final boolean lend(Connection lent) {
        permit.lock();
        try {
            if (end.get() != null) {
                return false;
            }
            connection = lent;
            lastUse = System.nanoTime();
            return true;
        } finally {
            permit.unlock();
        }
    }

    /** Runs something on the driver's connection, as the owner of the permit. */
    final <T> @Nullable T use(Run run, Work<T> work) throws SQLException {
        return use(lent -> {
            run.begin(((SQLiteConnection) lent).getDatabase());
            try {
                return work.run(lent);
            } catch (SQLException e) {
                throw run.explain(e);
            } finally {
                run.end();
            }
        });
    }

    /** The same for what takes no time, so that it has neither limit nor cancellation of its own. */
    final <T> @Nullable T use(Work<T> work) throws SQLException {
        requireOpen(); // before the permit too: who takes the lease back is not to compete with its borrower
        permit.lock();
        try {
            Connection lent = requireLent();
            lastUser = Thread.currentThread();
            try {
                return work.run(lent);
            } catch (SQLException e) {
                Supplier<SQLException> taken = end.get();
                if (taken == null) {
                    failed(e);
                    throw Failures.translate(e);
                }
                SQLException reason = taken.get();
                reason.addSuppressed(e);
                throw reason;
            }
        } finally {
            lastUse = System.nanoTime();
            permit.unlock();
        }
    }

    /** Called within {@link #use}. What is prepared here is closed at the end, whoever brings it about. */
    final PreparedStatement prepare(Connection lent, String sql) throws SQLException {
        PreparedStatement prepared = take(lent, sql);
        statements.add(prepared);
        return prepared;
    }

    /** Called within {@link #use}: the same for a statement that is there already. */
    final void keep(Statement statement) {
        statements.add(statement);
    }

    /** Makes or finds a statement. */
    PreparedStatement take(Connection lent, String sql) throws SQLException {
        return lent.prepareStatement(sql);
    }

    /** Closes a statement, or keeps it for the next who needs it. */
    void put(String sql, PreparedStatement statement) throws SQLException {
        statement.close();
    }

    /** Gives back a statement that has run well and has nothing open; nothing if the end has come already. */
    final void giveBack(String sql, PreparedStatement statement) {
        permit.lock();
        try {
            if (statements.remove(statement)) {
                put(sql, statement);
            }
            lastUse = System.nanoTime();
        } catch (SQLException e) {
            log.debug("a statement is not kept: {}", e.toString());
            closeQuietly(statement);
        } finally {
            permit.unlock();
        }
    }

    /** Closes one statement before the end; nothing if that has come already. */
    final void close(Statement statement) {
        permit.lock();
        try {
            if (statements.remove(statement)) {
                closeQuietly(statement);
            }
            lastUse = System.nanoTime();
        } finally {
            permit.unlock();
        }
    }

    /** Whether the end has not come. */
    final boolean isOpen() {
        return end.get() == null;
    }

    /** Who has called last, or borrowed it. */
    final Thread lastUser() {
        return lastUser;
    }

    /** How long it has been without a call; one that runs counts as use. */
    final long idleNanos() {
        return permit.isLocked() ? 0 : System.nanoTime() - lastUse;
    }

    /**
     * Ends the lease, by the borrower.
     *
     * @throws SQLException if it has been taken back
     */
    final void end(Supplier<SQLException> answer) throws SQLException {
        permit.lock();
        try {
            requireOpen();
            if (!decide(answer, true)) {
                requireOpen();
            }
        } finally {
            permit.unlock();
        }
    }

    /**
     * Ends the lease unless it has ended; whatever runs is broken off.
     *
     * @return whether this was the end
     */
    final boolean takeBack(Supplier<SQLException> answer) {
        if (!end.compareAndSet(null, answer)) {
            return false;
        }
        boolean interrupted = false;
        boolean locked = false;
        while (!locked) {
            try {
                locked = permit.tryLock(INTERRUPT_MILLIS, TimeUnit.MILLISECONDS);
                if (!locked) {
                    breakOff();
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        try {
            cleanUp(false);
        } finally {
            permit.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return true;
    }

    /**
     * Ends the lease if it is idle for so long, and nothing runs.
     *
     * @return whether this was the end
     */
    final boolean takeBackIfIdle(long nanos, Supplier<SQLException> answer) {
        if (!permit.tryLock()) {
            return false;
        }
        try {
            return System.nanoTime() - lastUse >= nanos && decide(answer, false);
        } finally {
            permit.unlock();
        }
    }

    /**
     * Under the permit: ends the lease unless it has ended.
     *
     * @return whether this was the end
     */
    final boolean decide(Supplier<SQLException> answer, boolean well) {
        if (!end.compareAndSet(null, answer)) {
            return false;
        }
        cleanUp(well);
        return true;
    }

    private void cleanUp(boolean well) {
        Connection lent = connection;
        try {
            statements.forEach(Lease::closeQuietly);
        } finally {
            statements.clear();
            connection = null;
            ended(lent, well);
        }
    }

    private static void closeQuietly(Statement statement) {
        try {
            statement.close();
        } catch (SQLException e) {
            // SQLite repeats the failure of the last run, which has been told already.
            log.debug("a statement did not close well: {}", e.toString());
        }
    }

    private Connection requireLent() throws SQLException {
        requireOpen();
        Connection lent = connection;
        if (lent == null) {
            throw new IllegalStateException("not lent yet");
        }
        return lent;
    }

    final void requireOpen() throws SQLException {
        Supplier<SQLException> answer = end.get();
        if (answer != null) {
            throw answer.get();
        }
    }

    /** Only while the connection is lent and the permit taken by another, so it cannot hit anybody else. */
    private void breakOff() {
        Connection lent = connection;
        try {
            if (lent != null) {
                ((SQLiteConnection) lent).getDatabase().interrupt();
            }
        } catch (SQLException e) {
            log.warn("a statement could not be broken off: {}", e.toString());
        }
    }
}
