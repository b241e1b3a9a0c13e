package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks in SQLite transactions. Local ones that wait one behind the other share a transaction, since its COMMIT
 * takes longer than most of them; each after the first has a savepoint, so one that fails takes nothing of the others
 * with it. Where SQLite itself drops the whole transaction, those that ran before are put back and run again.
 *
 * <p>Nobody hears of an outcome while the transaction is open. Writer thread only.
 */
final class GroupCommit {

    /** How many share one COMMIT at most. */
    static final int MAX_TASKS = 128;

    /** After how long no more are taken into a transaction. */
    static final long MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

    private record Failed(Job<?> job, Throwable reason) {}

    private final Connection connection;
    private final ConnectionSetup setup;
    private final WriteQueue queue;
    private final Transaction transaction;

    /** Held from the COMMIT until everybody was told, so that others can know what is in a snapshot that they take. */
    private final Lock commitLock;

    /** Those in the open transaction. */
    private final List<Job<?>> ran = new ArrayList<>();

    private final List<Failed> failed = new ArrayList<>();
    private @Nullable Job<?> current;

    /** Why the last write failed, if it was the disk's fault; for any thread. */
    private volatile @Nullable String trouble;

    GroupCommit(Connection connection, ConnectionSetup setup, WriteQueue queue, Lock commitLock) {
        this.connection = connection;
        this.setup = setup;
        this.queue = queue;
        this.transaction = new Transaction(connection);
        this.commitLock = commitLock;
    }

    /**
     * Runs it, and those behind it that may share its transaction.
     *
     * @throws SQLException as anything else that it throws, if nothing must be written any more; {@link #unsettled} are to be told
     */
    void run(Job<?> first) throws SQLException {
        if (first.replacesContent()) {
            locked(() -> replace(first));
            return;
        }
        long begun = System.nanoTime();
        Job<?> job = first;
        while (job != null) {
            current = job;
            if (job.take() && !attempt(job)) {
                settleFailed();
                return;
            }
            boolean more = first.mayShare() && ran.size() < MAX_TASKS && System.nanoTime() - begun < MAX_NANOS;
            job = more ? queue.nextShared(first.lane()) : null;
        }
        current = null;
        if (!ran.isEmpty()) {
            locked(this::commit);
        }
        settleFailed();
    }

    private interface Step {
        void run() throws SQLException;
    }

    private void locked(Step step) throws SQLException {
        commitLock.lock();
        try {
            step.run();
        } finally {
            commitLock.unlock();
        }
    }

    private void replace(Job<?> job) throws SQLException {
        current = job;
        if (!job.take()) {
            current = null;
            return;
        }
        try {
            job.run(connection, false);
        } catch (Throwable e) {
            current = null;
            failed.add(new Failed(job, e));
            settleFailed();
            if (SqlErrors.endsWriting(e)) {
                throw e;
            }
            return;
        }
        setup.replaced(connection);
        current = null;
        ran.add(job);
        tell();
    }

    /** Why nothing can be written now, as the last write has found. Any thread. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Those that were taken from the queue and whose outcome is not told. */
    List<Job<?>> unsettled() {
        List<Job<?>> jobs = new ArrayList<>(ran);
        failed.forEach(one -> jobs.add(one.job()));
        if (current != null) {
            jobs.add(current);
        }
        return jobs;
    }

    /** False if the transaction is no more. */
    private boolean attempt(Job<?> job) throws SQLException {
        boolean shares = !ran.isEmpty();
        try {
            if (shares) {
                transaction.save();
                setup.saved();
            } else {
                transaction.begin();
            }
            job.run(connection, shares);
            if (!transaction.isOpen()) {
                throw new CorrosionException("SQLite rolled the transaction back while it ran");
            }
            if (shares) {
                transaction.keep();
            }
            ran.add(job);
            return true;
        } catch (Throwable e) {
            boolean undone = shares && undo(e);
            List<Job<?>> again = new ArrayList<>();
            if (!undone) {
                rollBack(e);
                again.addAll(ran);
                ran.clear();
                again.forEach(Job::putBack);
            }
            if (job.isToRunAlone(e)) {
                job.putBackAlone();
                again.add(job);
            } else {
                failed.add(new Failed(job, e));
            }
            queue.putBack(again);
            current = null;
            if (SqlErrors.endsWriting(e)) {
                settleFailed();
                throw e;
            }
            return undone;
        }
    }

    private boolean undo(Throwable cause) {
        if (!transaction.isOpen()) {
            return false;
        }
        try {
            transaction.undo();
            setup.undone();
            return true;
        } catch (SQLException e) {
            cause.addSuppressed(e);
            return false;
        }
    }

    private void rollBack(Throwable cause) {
        try {
            transaction.rollBack();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        } finally {
            setup.rolledBack();
        }
        if (transaction.isOpen()) {
            throw new IllegalStateException("a transaction cannot be rolled back", cause);
        }
    }

    private void commit() throws SQLException {
        try {
            transaction.commit();
        } catch (Throwable e) {
            rollBack(e);
            ran.forEach(job -> failed.add(new Failed(job, e)));
            ran.clear();
            settleFailed();
            if (SqlErrors.endsWriting(e)) {
                throw e;
            }
            return;
        }
        tell();
    }

    private void tell() {
        trouble = null;
        try {
            setup.committed();
        } catch (Throwable e) { // what is in memory does not follow the disk: nothing may be written on top of it
            ran.forEach(job -> failAfterCommit(job, e));
            ran.clear();
            settleFailed();
            throw e;
        }
        ran.forEach(GroupCommit::tell);
        ran.clear();
    }

    private static void tell(Job<?> job) {
        try {
            job.committed();
        } catch (Throwable e) {
            failAfterCommit(job, e);
        }
    }

    private static void failAfterCommit(Job<?> job, Throwable e) {
        job.fail(new CorrosionException("committed, but what was to follow failed: " + e, e));
        log.error("a transaction is committed, but what was to follow in memory failed", e);
    }

    private void settleFailed() {
        for (Failed one : failed) {
            Throwable reason = one.reason();
            SQLException refusal = SqlErrors.refusalOfDisk(reason);
            if (refusal != null) {
                trouble = SqlErrors.explain(refusal);
            }
            one.job().fail(reason instanceof SQLException e ? new CorrosionException(SqlErrors.explain(e), e) : reason);
        }
        failed.clear();
    }
}
