package dev.corrosion.subscription;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.query.ResultRow;
import dev.corrosion.subscription.JournalTables.Stored;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells of a durable query: each step is in the journal, and on disk, before subscribers hear of it. They are called on the
 * thread of the journal. What is given here must come one after the other, but on any thread.
 */
final class DurableDelivery implements Delivery {

    /** Rows of a first result that are written at a time. */
    private static final int PART = 2000;

    private final Journal journal;
    private final QueryIdentity identity;
    private final Statement query;
    private final List<String> columns;

    /** In the journal, 0 before it is there; where the journal is written, as are the next two. */
    private long number;

    /** Whether all its rows are there. */
    private boolean whole;

    private long trimmed;
    private volatile @Nullable Throwable failure;
    private Consumer<Throwable> onFailure = reason -> {};

    /** Guarded by this. */
    private boolean ended;

    /**
     * Not open yet.
     *
     * @param query with its parameters as SQLite has them
     * @param columns names of its columns
     */
    DurableDelivery(Journal journal, QueryIdentity identity, Statement query, List<String> columns) {
        this.journal = journal;
        this.identity = identity;
        this.query = query;
        this.columns = columns;
    }

    @Override
    public void open(Consumer<@Nullable Stored> opened, Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        add(new Task(0) {
            private @Nullable Stored stored;

            @Override
            public void write(JournalTables tables) throws SQLException {
                Stored known = tables.load(identity.bytes(), columns);
                if (known != null) {
                    use(known.number());
                    whole = true;
                }
                stored = known;
            }

            @Override
            public void written() {
                opened.accept(stored);
            }
        });
    }

    private void use(long known) {
        number = known;
        journal.inUse().add(known);
    }

    @Override
    public void begin(UUID id, List<ResultRow> rows) {
        add(new Beginning(id, rows));
    }

    @Override
    public void tell(List<RowChange> changes, ChangeLog log, Runnable telling) {
        add(new Task(changes.size()) {
            @Override
            public void write(JournalTables tables) throws SQLException {
                if (whole && failure == null) {
                    tables.add(number, changes);
                    trim(tables, log.oldest());
                }
            }

            @Override
            public long bytes() {
                return changes.stream().mapToLong(Sizes::of).sum();
            }

            @Override
            public void written() {
                if (failure == null) {
                    telling.run();
                }
            }
        });
    }

    private void trim(JournalTables tables, long oldest) throws SQLException {
        if (oldest > trimmed) {
            tables.trim(number, oldest);
            trimmed = oldest;
        }
    }

    @Override
    public void then(Runnable telling, Consumer<Throwable> otherwise) {
        boolean added = add(new Task(0) {
            @Override
            public void write(JournalTables tables) {}

            @Override
            public void written() {
                Throwable reason = failure;
                if (reason == null) {
                    telling.run();
                } else {
                    otherwise.accept(reason);
                }
            }

            @Override
            public void failed(Throwable reason) {
                otherwise.accept(reason);
            }
        });
        if (!added) {
            otherwise.accept(new CorrosionException("the query has ended: subscribe anew"));
        }
    }

    @Override
    public synchronized void end() {
        add(new Task(1) {
            @Override
            public void write(JournalTables tables) throws SQLException {
                tables.used(number, journal.now());
            }

            @Override
            public void written() {
                journal.inUse().remove(number);
            }

            @Override
            public void failed(Throwable reason) {
                journal.inUse().remove(number);
            }
        });
        ended = true;
    }

    /** False if nobody is told any more. */
    private synchronized boolean add(JournalTask task) {
        if (!ended) {
            journal.add(identity.packed(), task);
        }
        return !ended;
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private abstract class Task implements JournalTask {

        private final int rows;

        Task(int rows) {
            this.rows = rows;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public void failed(Throwable reason) {
            if (failure == null) {
                failure = reason;
                onFailure.accept(new CorrosionException(
                        "the journal of durable subscriptions could not be written: " + reason.getMessage(), reason));
            }
        }
    }

    /** Writes the first rows, a part at a time. What is left when the query ends is of no use. */
    private final class Beginning extends Task {

        private final UUID id;
        private final List<ResultRow> rows;
        private int done;

        Beginning(UUID id, List<ResultRow> rows) {
            super(Math.min(PART, rows.size()));
            this.id = id;
            this.rows = rows;
        }

        @Override
        public boolean isLastPart() {
            return done + PART >= rows.size() || isEnded() || failure != null;
        }

        @Override
        public void write(JournalTables tables) throws SQLException {
            if (isEnded() || failure != null) {
                return;
            }
            if (done == 0) {
                journal.requireRoom(tables);
                use(tables.add(identity.bytes(), id, query, journal.now()));
            }
            for (ResultRow row : rows.subList(done, Math.min(rows.size(), done + PART))) {
                tables.addRow(number, row);
            }
            if (done + PART >= rows.size()) {
                tables.complete(
                        number, rows.stream().mapToLong(ResultRow::id).max().orElse(0));
                whole = true;
            }
        }

        @Override
        public void written() {
            done += PART;
        }
    }
}
