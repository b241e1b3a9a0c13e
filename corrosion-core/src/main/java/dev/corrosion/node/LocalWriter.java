package dev.corrosion.node;

import dev.corrosion.Statement;
import dev.corrosion.Timing;
import dev.corrosion.WriteException;
import dev.corrosion.WriteResult;
import dev.corrosion.broadcast.Broadcast;
import dev.corrosion.crdt.ChangePage;
import dev.corrosion.crdt.LocalTransaction;
import dev.corrosion.crdt.Replica;
import dev.corrosion.jdbc.RolledBackException;
import dev.corrosion.jdbc.WritePath;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.store.Database;
import dev.corrosion.store.SqlErrors;
import dev.corrosion.store.Statements;
import dev.corrosion.store.Statements.Executed;
import dev.corrosion.store.WriteTask;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Local transactions: the statements, the version they become, and what is sent of it, in one SQLite transaction. */
final class LocalWriter {

    /** Told of each commit that became a version, in order of the versions. */
    interface Listener {
        /**
         * This version has changed these tables; with all its changes, or with null if they are too many. On the writer
         * thread, as part of the commit.
         */
        void committed(long version, Set<String> tables, @Nullable VersionPart part);

        /**
         * The version is on disk, so others may hear of it: its number will not be used again whatever happens. With all
         * its changes, or with null if they are too many to be sent unasked. Must not block.
         */
        void durable(long version, @Nullable VersionPart part);
    }

    /** What a part takes beyond its changes. */
    private static final int PART_OVERHEAD = 64;

    private final Database database;
    private final Replica replica;
    private final Ledger ledger;
    private final NodeCounters counters;
    private final Clock clock;
    private final WriteGuard guard;
    private final Listener listener;
    private volatile @Nullable String refusal;

    LocalWriter(
            Database database,
            Replica replica,
            Ledger ledger,
            NodeCounters counters,
            Clock clock,
            WriteGuard guard,
            Listener listener) {
        this.database = database;
        this.replica = replica;
        this.ledger = ledger;
        this.counters = counters;
        this.clock = clock;
        this.guard = guard;
        this.listener = listener;
    }

    private record Committed(WriteResult result, @Nullable VersionPart part, Set<String> tables) {}

    /** Refuses all further writes, for this reason. */
    void refuse(String reason) {
        refusal = reason;
    }

    /** What a transaction does: returns what each of its statements has done. */
    interface Body {
        List<Executed> run(Connection connection) throws SQLException;
    }

    CompletableFuture<WriteResult> write(List<Statement> statements) {
        return counted(
                refusal == null
                        ? database.write(new Transaction(connection -> execute(statements), false))
                                .thenApply(Committed::result)
                        : refused());
    }

    /**
     * A transaction whose statements come one by one from elsewhere, so it shares its commit with no other.
     *
     * @param timeout how long it may wait and run altogether
     */
    CompletableFuture<WriteResult> writeAlone(WritePath.Body body, Duration timeout) {
        Body alone = connection -> {
            body.run(connection);
            return List.of();
        };
        return counted(
                refusal == null
                        ? database.write(new Transaction(alone, true), timeout).thenApply(Committed::result)
                        : refused());
    }

    private CompletableFuture<WriteResult> counted(CompletableFuture<WriteResult> written) {
        return written.whenComplete((result, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause != null && !(cause instanceof RolledBackException)) {
                counters.writesFailed.increment();
            }
        });
    }

    private CompletableFuture<WriteResult> refused() {
        return CompletableFuture.failedFuture(new WriteException(String.valueOf(refusal), -1, null));
    }

    private List<Executed> execute(List<Statement> statements) {
        List<Executed> all = new ArrayList<>(statements.size());
        int mayReturn = Statements.MAX_RETURNED_ROWS;
        for (int i = 0; i < statements.size(); i++) {
            Executed executed = execute(statements, i, mayReturn);
            all.add(executed);
            mayReturn -= executed.returned().size();
        }
        return all;
    }

    private Executed execute(List<Statement> statements, int index, int mayReturn) {
        try {
            return Statements.execute(replica.statements(), statements.get(index), mayReturn);
        } catch (SQLException e) {
            throw failed(statements, index, SqlErrors.explain(e), e);
        } catch (RuntimeException e) {
            throw failed(statements, index, String.valueOf(e.getMessage()), e);
        }
    }

    private static WriteException failed(List<Statement> statements, int index, String why, Exception cause) {
        String which = statements.size() == 1 ? "" : "statement " + (index + 1) + " of " + statements.size() + ": ";
        return new WriteException(
                which + why + " in: " + statements.get(index).sql() + " -- nothing was written", index, cause);
    }

    private final class Transaction implements WriteTask<Committed> {

        private final Body body;
        private final boolean solo;
        private final long given = counters.timings.now();

        /** When it ran last; it may have to run again. On the writer thread. */
        private long begun = given;

        Transaction(Body body, boolean solo) {
            this.body = body;
            this.solo = solo;
        }

        @Override
        public boolean solo() {
            return solo;
        }

        @Override
        public Committed run(Connection connection) throws SQLException {
            begun = counters.timings.now();
            replica.begin(timestamp(clock.instant()));
            List<Executed> executed = body.run(connection);
            LocalTransaction transaction = replica.finish();
            guard.requireOwn(transaction.tables());
            WriteResult result = new WriteResult(
                    replica.actorId(),
                    transaction.version(),
                    executed.stream().map(Executed::rows).toList(),
                    executed.stream().map(Executed::returned).toList());
            return new Committed(result, part(transaction), transaction.tables());
        }

        @Override
        public void committed(Committed committed) {
            counters.writes.increment();
            counters.timings.took(Timing.COMMIT_WAIT, begun - given);
            counters.timings.since(Timing.COMMIT, given);
            long version = committed.result().version();
            if (version > 0) {
                listener.committed(version, committed.tables(), committed.part());
                database.whenDurable(() -> {
                    replica.announced(version);
                    ledger.ownCommitted(version);
                    listener.durable(version, committed.part());
                });
            }
        }

        private @Nullable VersionPart part(LocalTransaction transaction) throws SQLException {
            long version = transaction.version();
            if (version == 0) {
                return null;
            }
            ChangePage page = replica.changes(transaction, Broadcast.MAX_FRAME_BYTES);
            if (!page.last() || page.changes().isEmpty()) {
                return null;
            }
            long toSeq = page.changes().get(page.changes().size() - 1).seq();
            VersionPart part = new VersionPart(replica.actorId(), version, 0, toSeq, true, page.changes());
            // A single change may be larger than the page that was asked for.
            return part.estimatedBytes() > Broadcast.MAX_FRAME_BYTES + PART_OVERHEAD ? null : part;
        }
    }

    /**
     * Milliseconds since 1970, in decimal: for people and for measuring lag; no decision rests on it (rule T1). The clocks
     * of two hosts hardly agree better, and each row keeps one.
     */
    static String timestamp(Instant instant) {
        return Long.toString(instant.toEpochMilli());
    }
}
