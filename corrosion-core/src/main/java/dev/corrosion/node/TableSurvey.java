package dev.corrosion.node;

import dev.corrosion.CorrosionException;
import dev.corrosion.TableStatus;
import dev.corrosion.crdt.ComparedTable;
import dev.corrosion.crdt.KeyRange;
import dev.corrosion.crdt.RecordCount;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.crdt.RowPage;
import dev.corrosion.crdt.RowReader;
import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what the tables hold, on a reader, one count at a time, each for a bounded time. Thread-safe. */
final class TableSurvey {

    private static final Logger log = LoggerFactory.getLogger(TableSurvey.class);

    /** How long all tables may take together. */
    static final Duration COUNTING = Duration.ofSeconds(5);

    /** How long the digest of one may. */
    static final Duration DIGESTING = Duration.ofSeconds(10);

    /** The same for the tombstones of all, which nobody waits for. */
    private static final Duration IN_PASSING = Duration.ofSeconds(2);

    /** How old the number of tombstones may get while somebody wants it. */
    private static final long MAX_AGE_NANOS = Duration.ofMinutes(5).toNanos();

    private static final int PAGE_ROWS = 1000;
    private static final long PAGE_BYTES = 4L << 20;

    private final Database database;
    private final Replica replica;
    private final Supplier<Horizon> horizon;
    private final Executor executor;
    private final LongSupplier nanoTime;
    private final AtomicBoolean counting = new AtomicBoolean();
    private volatile OptionalLong tombstones = OptionalLong.empty();
    private volatile OptionalLong countedAt = OptionalLong.empty();

    TableSurvey(
            Database database, Replica replica, Supplier<Horizon> horizon, Executor executor, LongSupplier nanoTime) {
        this.database = database;
        this.replica = replica;
        this.horizon = horizon;
        this.executor = executor;
        this.nanoTime = nanoTime;
    }

    private interface Count<T> {
        T run();
    }

    private <T> T alone(Count<T> count) {
        if (!counting.compareAndSet(false, true)) {
            throw new CorrosionException("the tables are being counted already: try again in some seconds");
        }
        try {
            return count.run();
        } finally {
            counting.set(false);
        }
    }

    /** Counts all tables. Blocks. */
    List<TableStatus> all() {
        return alone(() -> {
            long begun = nanoTime.getAsLong();
            List<TableStatus> found = new ArrayList<>();
            for (ReplicatedTable table : replica.tables()) {
                found.add(counted(table, COUNTING.minusNanos(nanoTime.getAsLong() - begun)));
            }
            return found;
        });
    }

    private TableStatus counted(ReplicatedTable table, Duration left) {
        String note = "not counted: all tables together may take " + COUNTING.toSeconds() + " s";
        if (!left.isNegative() && !left.isZero()) {
            try {
                RecordCount count = database.read(connection -> RecordCount.read(connection, table), left);
                return new TableStatus(
                        table.name(), OptionalLong.of(count.rows()), OptionalLong.of(count.tombstones()), "", "");
            } catch (CorrosionException e) {
                note = "not counted: " + e.getMessage();
            }
        }
        return new TableStatus(table.name(), OptionalLong.empty(), OptionalLong.empty(), "", note);
    }

    /** Counts and digests one. Blocks. */
    Optional<TableStatus> one(String name) {
        Optional<ReplicatedTable> table = replica.tables().stream()
                .filter(known -> known.name().equalsIgnoreCase(name))
                .findFirst();
        return table.map(known -> alone(() -> digested(counted(known, COUNTING))));
    }

    private TableStatus digested(TableStatus counted) {
        String digest = "";
        String note = counted.note();
        try {
            Horizon collected = horizon.get();
            digest = database.read(connection -> digest(connection, counted.name(), collected), DIGESTING);
        } catch (CorrosionException e) {
            note = "no digest: " + e.getMessage();
        }
        return new TableStatus(counted.name(), counted.rows(), counted.tombstones(), digest, note);
    }

    private static String digest(Connection connection, String name, Horizon horizon) throws SQLException {
        ComparedTable table = ComparedTable.read(connection, name);
        if (table == null) {
            throw new CorrosionException("the table " + name + " is no longer replicated");
        }
        RowReader reader = new RowReader(connection, table);
        Fingerprint sum = Fingerprint.NONE;
        RowPage page;
        KeyRange rest = KeyRange.ALL;
        do {
            page = reader.page(rest, horizon, PAGE_ROWS, PAGE_BYTES);
            sum = sum.plus(page.sum());
            rest = new KeyRange(page.read(), KeyRange.ALL.upTo());
        } while (!page.whole());
        return String.format("%016x%016x", sum.high(), sum.low());
    }

    /** The number of tombstones as it was some minutes ago at most; it is counted in passing if it is older. Does not block. */
    OptionalLong tombstones() {
        OptionalLong at = countedAt;
        long now = nanoTime.getAsLong();
        if (at.isEmpty() || now - at.getAsLong() > MAX_AGE_NANOS) {
            countedAt = OptionalLong.of(now);
            try {
                executor.execute(this::countTombstones);
            } catch (RejectedExecutionException e) {
                log.debug("too much is to be read to count tombstones now");
            }
        }
        return tombstones;
    }

    private void countTombstones() {
        try {
            tombstones = OptionalLong.of(database.read(this::readTombstones, IN_PASSING));
        } catch (CorrosionException e) {
            log.debug("tombstones are not counted: {}", e.getMessage());
        }
    }

    private long readTombstones(Connection connection) throws SQLException {
        long sum = 0;
        for (ReplicatedTable table : replica.tables()) {
            sum += RecordCount.tombstones(connection, table);
        }
        return sum;
    }
}
