package dev.corrosion.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.query.ResultRow;
import dev.corrosion.store.SimulatedDatabase;
import dev.corrosion.subscription.JournalTables.Stored;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of durable queries, and when; on a disk that flushes when the test says so. */
class JournalTest {

    private static final ActorId SELF = new ActorId(new UUID(1, 1));
    private static final List<String> COLUMNS = List.of("id", "value");
    private static final SubscriptionLimits LIMITS = SubscriptionLimits.DEFAULT;

    private final Path file;
    private final Disk disk = new Disk();
    private final List<String> told = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private Instant now = Instant.ofEpochSecond(1_000_000);
    private @Nullable SimulatedDatabase database;
    private Journal journal;

    JournalTest(@TempDir Path directory) {
        file = directory.resolve("journal");
        journal = open();
    }

    private Journal open() {
        return Journal.open(
                new JournalSetting(
                        file,
                        (path, setup) -> database = SimulatedDatabase.open(path, disk, setup),
                        SELF,
                        new Clock() {
                            @Override
                            public Instant instant() {
                                return now;
                            }

                            @Override
                            public ZoneOffset getZone() {
                                return ZoneOffset.UTC;
                            }

                            @Override
                            public Clock withZone(java.time.ZoneId zone) {
                                return this;
                            }
                        },
                        new DirectExecutor()),
                LIMITS);
    }

    /** Writes at once, and flushes when it is told to. */
    private static final class Disk implements SimulatedDatabase.Host {
        final Queue<Runnable> flushes = new ArrayDeque<>();
        boolean full;
        int commits;

        @Override
        public void later(Runnable task) {
            task.run();
        }

        @Override
        public void whenFlushed(Runnable task) {
            flushes.add(task);
        }

        @Override
        public boolean isDiskFull() {
            return full;
        }

        @Override
        public void committed() {
            commits++;
        }

        void flush() {
            for (Runnable next = flushes.poll(); next != null; next = flushes.poll()) {
                next.run();
            }
        }
    }

    private static QueryIdentity identity(String name) {
        return new QueryIdentity(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)), true);
    }

    private DurableDelivery delivery(String name) {
        DurableDelivery delivery = new DurableDelivery(journal, identity(name), Statement.of(name), COLUMNS);
        delivery.open(stored -> {}, failures::add);
        return delivery;
    }

    private static ResultRow row(long id, String value) {
        return new ResultRow(id, Row.of(COLUMNS, id, value));
    }

    private static RowChange insert(long changeId, long rowId) {
        return new RowChange(
                SubscriptionEvent.Type.INSERT, rowId, row(rowId, "new").row(), null, changeId, SELF, changeId, true);
    }

    private static ChangeLog log() {
        return new ChangeLog(new KeptChanges(LIMITS, () -> 1), 0);
    }

    private @Nullable Stored load(String name) {
        List<Stored> loaded = new ArrayList<>();
        DurableDelivery delivery = new DurableDelivery(journal, identity(name), Statement.of(name), COLUMNS);
        delivery.open(
                stored -> {
                    if (stored != null) {
                        loaded.add(stored);
                    }
                },
                failures::add);
        disk.flush();
        delivery.end();
        disk.flush();
        return loaded.isEmpty() ? null : loaded.get(0);
    }

    @Test
    void nobodyIsToldBeforeItIsOnDisk() {
        DurableDelivery delivery = delivery("q");
        delivery.begin(new UUID(0, 1), List.of(row(1, "a")));
        delivery.then(() -> told.add("joined"), failures::add);
        assertThat(told).isEmpty();
        disk.flush();
        assertThat(told).containsExactly("joined");
        delivery.tell(List.of(insert(1, 2)), log(), () -> told.add("step"));
        assertThat(told).containsExactly("joined");
        disk.flush();
        assertThat(told).containsExactly("joined", "step");
    }

    @Test
    void whatWasToldSurvivesAPowerFailure() {
        DurableDelivery delivery = delivery("q");
        delivery.begin(new UUID(0, 1), List.of(row(1, "a"), row(7, "b")));
        delivery.tell(List.of(insert(1, 8), insert(2, 9)), log(), () -> told.add("step"));
        disk.flush();
        assertThat(told).containsExactly("step");
        delivery.tell(List.of(insert(3, 10)), log(), () -> told.add("another step"));
        Objects.requireNonNull(database).crash(0);
        disk.flushes.clear();
        journal = open();

        Stored stored = Objects.requireNonNull(load("q"));
        assertThat(told).containsExactly("step");
        assertThat(stored.id()).isEqualTo(new UUID(0, 1));
        assertThat(stored.changeId()).isEqualTo(2);
        assertThat(stored.rowId()).isEqualTo(9);
        assertThat(stored.rows()).containsExactly(row(1, "a"), row(7, "b"), row(8, "new"), row(9, "new"));
        assertThat(stored.changes()).containsExactly(insert(1, 8), insert(2, 9));
    }

    @Test
    void queriesShareAFlushAndAFailureIsOfOneAlone() {
        DurableDelivery good = delivery("good");
        disk.flush();
        int before = disk.commits;
        DurableDelivery bad = delivery("bad"); // its transaction begins, and what follows waits for that
        good.begin(new UUID(0, 1), List.of());
        good.then(() -> told.add("good joined"), failures::add);
        bad.begin(new UUID(0, 2), List.of(row(1, "a"), row(1, "twice the same id")));
        bad.then(() -> told.add("bad joined"), reason -> told.add("bad failed"));
        good.tell(List.of(insert(1, 1)), log(), () -> told.add("good step"));
        assertThat(disk.commits).isEqualTo(before + 1);
        disk.flush();

        assertThat(told).containsExactlyInAnyOrder("good joined", "good step", "bad failed");
        assertThat(failures).hasSize(1);
        assertThat(Objects.requireNonNull(load("good")).changeId()).isEqualTo(1);
        assertThat(load("bad")).isNull();
    }

    @Test
    void aFullDiskEndsAQueryAndItCanBeComeBackTo() {
        DurableDelivery delivery = delivery("q");
        delivery.begin(new UUID(0, 1), List.of(row(1, "a")));
        disk.flush();
        disk.full = true;
        delivery.tell(List.of(insert(1, 2)), log(), () -> told.add("lost"));
        disk.full = false;
        delivery.tell(List.of(insert(2, 3)), log(), () -> told.add("out of order"));
        delivery.end();
        disk.flush();

        assertThat(told).isEmpty();
        assertThat(failures).hasSize(1);
        assertThat(Objects.requireNonNull(load("q")).changeId()).isZero();
    }

    @Test
    void whatNobodyComesBackToIsForgotten() {
        DurableDelivery used = delivery("used");
        used.begin(new UUID(0, 1), List.of(row(1, "a")));
        DurableDelivery left = delivery("left");
        left.begin(new UUID(0, 2), List.of(row(1, "a")));
        left.end();
        disk.flush();
        now = now.plus(LIMITS.journalAge()).plus(Duration.ofSeconds(1));
        journal.forgetOld();
        disk.flush();

        assertThat(load("left")).isNull();
        assertThat(load("used")).isNotNull();
    }

    @Test
    void aLargeFirstResultIsWholeOrForgotten() {
        List<ResultRow> rows = new ArrayList<>();
        for (int i = 1; i <= 5000; i++) {
            rows.add(row(i, "row"));
        }
        DurableDelivery delivery = delivery("q");
        disk.flush();
        delivery.begin(new UUID(0, 1), rows);
        Objects.requireNonNull(disk.flushes.poll()).run(); // the first part is on disk
        Objects.requireNonNull(database).crash(1);
        disk.flushes.clear();
        journal = open();
        assertThat(load("q")).isNull();

        delivery("q").begin(new UUID(0, 2), rows);
        disk.flush();
        assertThat(Objects.requireNonNull(load("q")).rows()).isEqualTo(rows);
    }

    @Test
    void whileTooMuchWaitsOthersWaitForRoom() {
        DurableDelivery delivery = delivery("q");
        delivery.begin(new UUID(0, 1), List.of());
        assertThat(journal.isFull(() -> told.add("room"))).isFalse();
        String large = "x".repeat(1 << 20);
        for (int i = 1; i <= 80; i++) {
            RowChange change = new RowChange(
                    SubscriptionEvent.Type.INSERT, i, row(i, large).row(), null, i, SELF, i, true);
            delivery.tell(List.of(change), log(), () -> {});
        }
        assertThat(journal.isFull(() -> told.add("room"))).isTrue();
        assertThat(told).isEmpty();
        disk.flush();
        assertThat(told).containsExactly("room");
    }

    @Test
    void manyColumnsArePackedAndUnpacked() throws SQLException {
        List<Object> values = new ArrayList<>();
        for (long i = 0; i < 700; i++) {
            values.add(i);
        }
        assertThat(PackedValues.unpack(PackedValues.pack(values), 700)).isEqualTo(values);
    }
}
