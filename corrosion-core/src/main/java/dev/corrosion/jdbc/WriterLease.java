package dev.corrosion.jdbc;

import dev.corrosion.DataSourceOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteCommitListener;
import org.sqlite.SQLiteConnection;

/**
 * The writer on loan, for one transaction. The writer's own thread stays inside the transaction and waits for the
 * borrower to end it, so that begin, commit and what belongs to them are those of every other write; when the borrower
 * takes too long, this thread takes the connection back and rolls back.
 */
final class WriterLease extends Lease implements SQLiteCommitListener {

    private static final Logger log = LoggerFactory.getLogger(WriterLease.class);

    /** Time to roll back or commit when all others are over. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final DataSourceOptions options;
    private final StatementCache cache;
    private final Consumer<WriterLease> onEnd;
    private final CompletableFuture<Boolean> granted = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean committing;
    private volatile boolean rolledBack;

    /** What SQLite said last when a statement failed. */
    private volatile @Nullable SQLException lastFailure;

    private volatile @Nullable CompletableFuture<?> outcome;

    /** @param onEnd called at the end, before the writer goes on */
    WriterLease(DataSourceOptions options, StatementCache cache, Consumer<WriterLease> onEnd) {
        this.options = options;
        this.cache = cache;
        this.onEnd = onEnd;
    }

    /**
     * Waits until the writer is lent.
     *
     * @throws SQLException if that takes longer than the options allow, or nothing can be written
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what comes after is told of both outcomes
    void acquire(WritePath path) throws SQLException {
        // Later than any of our own timeouts, which know better what to say.
        Duration atMost =
                options.waitTimeout().plus(options.transactionTimeout()).plus(GRACE);
        CompletableFuture<?> written = path.write(this::serve, atMost);
        outcome = written;
        if (!isOpen()) {
            leaveQueue(); // it was taken back before there was anything to cancel
        }
        written.whenComplete((result, failure) -> {
            if (failure != null) {
                granted.completeExceptionally(failure);
            }
        });
        try {
            granted.get(options.waitTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            requireOpen(); // it was taken back while waiting
            throw Failures.ofNode(cause(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw givenUp("interrupted while waiting to write");
        } catch (TimeoutException e) {
            throw givenUp("waited " + options.waitTimeout() + " (DataSourceOptions.waitTimeout, or the statement's"
                    + " timeout) for the turn to write: another transaction is open for so long, or too many wait");
        }
    }

    /** It may have been lent this very moment; then it ends at once. */
    private SQLException givenUp(String message) {
        Supplier<SQLException> answer = () -> Failures.waitedTooLong(message);
        takeBack(answer);
        return answer.get();
    }

    /** On the writer thread: lends the connection and stays until the borrower is done with it. */
    private void serve(Connection connection) throws SQLException {
        ((SQLiteConnection) connection).addCommitListener(this);
        if (lend(connection)) {
            granted.complete(true);
            awaitEnd();
        } else {
            ((SQLiteConnection) connection).removeCommitListener(this);
        }
        if (!committing) {
            SQLException failure = lastFailure;
            if (failure != null) {
                throw failure; // it may be the disk's, which is for the writer to judge
            }
            throw new RolledBackException();
        }
    }

    private void awaitEnd() {
        long idleNanos = options.idleTimeout().toNanos();
        long deadline = System.nanoTime() + options.transactionTimeout().toNanos();
        while (over.getCount() > 0) {
            long left = deadline - System.nanoTime();
            long idleLeft = idleNanos - idleNanos();
            if (!isOpen()) {
                await(Long.MAX_VALUE); // whoever ends it waits for the call that runs
            } else if (left <= 0) {
                String why = "it took longer than " + options.transactionTimeout()
                        + " (DataSourceOptions.transactionTimeout)";
                warn(takeBack(() -> tookTooLong(why)), why);
            } else if (idleLeft <= 0) {
                String why = "it was idle for " + options.idleTimeout() + " (DataSourceOptions.idleTimeout)";
                warn(takeBackIfIdle(idleNanos, () -> tookTooLong(why)), why);
            } else {
                await(Math.min(left, idleLeft));
            }
        }
    }

    private void await(long nanos) {
        try {
            over.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // The thread is the writer's and does not end by an interrupt.
            log.debug("the writer was interrupted", e);
        }
    }

    private void warn(boolean takenBack, String why) {
        if (takenBack) {
            log.warn(
                    "the JDBC transaction of the thread {} was rolled back: {}",
                    lastUser().getName(),
                    why);
        }
    }

    private static SQLException tookTooLong(String why) {
        return Failures.rolledBack("the transaction was rolled back because " + why + "; nothing of it was written."
                + " While it is open nobody else can write, and what other nodes write is not applied: keep slow work out"
                + " of transactions, and end each one");
    }

    @Override
    PreparedStatement take(Connection lent, String sql) throws SQLException {
        return cache.take(lent, sql);
    }

    @Override
    void put(String sql, PreparedStatement statement) throws SQLException {
        cache.put(sql, statement);
    }

    @Override
    void ended(@Nullable Connection connection, boolean well) {
        if (connection != null) {
            ((SQLiteConnection) connection).removeCommitListener(this);
        }
        committing = well;
        onEnd.accept(this);
        granted.completeExceptionally(new RolledBackException());
        over.countDown();
        if (connection == null) {
            leaveQueue();
        }
    }

    /** Makes room for others: until its turn it would count as one that waits. */
    private void leaveQueue() {
        CompletableFuture<?> waiting = outcome;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    /** SQLite rolls back by itself for some failures; then what follows must not be taken for a part of it. */
    @Override
    void failed(SQLException failure) {
        lastFailure = failure;
        if (rolledBack) {
            String message = "the transaction was rolled back by SQLite because a statement of it failed: "
                    + failure.getMessage() + "; nothing of it was written";
            decide(() -> Failures.rolledBack(message), false);
        }
    }

    @Override
    public void onCommit() {
        // the writer's thread does that, and knows
    }

    @Override
    public void onRollback() {
        rolledBack = true;
    }

    @Override
    void commit() throws SQLException {
        end(() -> Failures.closed("transaction"));
        Throwable failure = failureOfOutcome();
        if (failure != null) {
            throw Failures.ofNode(failure);
        }
    }

    @Override
    void rollBack() {
        takeBack(() -> Failures.closed("transaction"));
        Throwable failure = failureOfOutcome();
        if (!(failure instanceof RolledBackException)) {
            log.debug("the transaction was gone before it was rolled back: {}", String.valueOf(failure));
        }
    }

    private @Nullable Throwable failureOfOutcome() {
        CompletableFuture<?> ending = outcome;
        try {
            if (ending != null) {
                ending.join();
            }
            return null;
        } catch (CompletionException e) {
            return cause(e);
        }
    }

    private static Throwable cause(Exception e) {
        Throwable cause = e;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
