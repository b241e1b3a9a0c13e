package dev.corrosion.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.Statement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

    private static final int TRANSACTION_BYTES = 1 << 20;

    private final Path wal;
    private final TestDatabase test;

    CheckpointsTest(@TempDir Path directory) {
        wal = directory.resolve("data.db-wal");
        test = new TestDatabase(directory.resolve("data.db"));
    }

    @AfterEach
    void close() {
        test.close();
    }

    /** Writes as much and returns how large the WAL was at most between two transactions. */
    private long write(int megabytes) throws IOException {
        long largest = 0;
        for (int i = 0; i < megabytes; i++) {
            test.database
                    .write(c -> TestDatabase.run(
                            c, "INSERT INTO large (bytes) VALUES (randomblob(" + TRANSACTION_BYTES + "))"))
                    .join();
            largest = Math.max(largest, Files.size(wal));
        }
        return largest;
    }

    @Test
    void theWalStaysSmallWhenNobodyReads() throws IOException {
        assertThat(write(40)).isLessThan(3 * Checkpoints.STEP_BYTES);
    }

    @Test
    void theWalStaysBoundedWhileReadsOverlapAllTheTime() throws IOException, InterruptedException {
        int threads = 4;
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        List<CompletableFuture<Void>> readers = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            int lag = i;
            readers.add(CompletableFuture.runAsync(
                    () -> {
                        while (!done.get()) {
                            test.database.read(c -> {
                                begun.countDown();
                                long n = Statements.query(
                                                c,
                                                Statement.of("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                                                        + " FROM n WHERE i < " + (20_000 + 7_000 * lag)
                                                        + ") SELECT count(*), (SELECT count(*) FROM large) FROM n"))
                                        .size();
                                reads.incrementAndGet();
                                return n;
                            });
                        }
                    },
                    task -> new Thread(task).start()));
        }
        TestDatabase.await(begun);

        long largest = write(220);
        done.set(true);

        assertThat(readers).allSatisfy(CompletableFuture::join);
        assertThat(reads.get()).isGreaterThan(50);
        assertThat(largest).isLessThan(Checkpoints.STOP_BYTES + 2 * Checkpoints.STEP_BYTES);
    }

    @Test
    void aReadThatHoldsTheWalForTooLongIsStopped() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(
                () -> test.database.read(c -> {
                    Statements.query(c, Statement.of("SELECT count(*) FROM large"));
                    begun.countDown();
                    return Statements.query(c, Statement.of(DeadlineTest.ENDLESS_READ))
                            .size();
                }),
                task -> new Thread(task).start());
        TestDatabase.await(begun);

        long largest = write(90);

        assertThatThrownBy(read::join)
                .hasCauseInstanceOf(DeadlineException.class)
                .hasMessageContaining("kept the WAL from being emptied");
        assertThat(largest).isLessThan(Checkpoints.STOP_BYTES + 2 * Checkpoints.STEP_BYTES);
        assertThat(write(1)).isLessThan(Checkpoints.STOP_BYTES);
    }

    @Test
    void aReadThatWaitsForWritesAndCannotBeStoppedIsNotWaitedForWithoutEnd() {
        assertThatThrownBy(() -> test.database.read(c -> {
                    Statements.query(c, Statement.of("SELECT count(*) FROM large"));
                    return writeUnchecked(80);
                }))
                .isInstanceOf(DeadlineException.class);
        assertThat(test.database.<Integer>read(c -> Statements.query(c, Statement.of("SELECT id FROM large"))
                        .size()))
                .isEqualTo(80);
    }

    private long writeUnchecked(int megabytes) {
        try {
            return write(megabytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
