package dev.corrosion.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadlineTest {

    private static final Duration SHORT = Duration.ofMillis(100);

    /** Takes until it is interrupted, and writes. */
    static final String ENDLESS_WRITE = "INSERT INTO t WITH RECURSIVE n(i) AS"
            + " (SELECT 1000 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0 OR i = 1000";

    /** Takes until it is interrupted, and only reads. */
    static final String ENDLESS_READ =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    private final TestDatabase test;

    DeadlineTest(@TempDir Path directory) {
        test = new TestDatabase(directory.resolve("data.db"));
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void aWriteThatWaitsTooLongIsGivenUpAtItsDeadlineAndNeverRuns() {
        TestDatabase.Hold hold = test.hold();
        CompletableFuture<Integer> late = test.database.write(test.insert(1), SHORT);

        assertThatThrownBy(() -> late.orTimeout(10, TimeUnit.SECONDS).join())
                .hasCauseInstanceOf(DeadlineException.class)
                .hasMessageContaining("waited 100 ms for its turn")
                .hasMessageContaining("nothing was written");
        hold.release();
        assertThat(test.database.write(test.insert(2)).join()).isEqualTo(2);
        assertThat(test.events).doesNotContain("run 1");
    }

    @Test
    void aWriteThatRunsTooLongIsStoppedAndItsNeighboursAreNot() {
        TestDatabase.Hold hold = test.hold();
        CompletableFuture<Integer> before = test.database.write(test.insert(1));
        CompletableFuture<Long> endless = test.database.write(
                c -> {
                    TestDatabase.run(c, "INSERT INTO t VALUES (77)");
                    return TestDatabase.run(c, ENDLESS_WRITE);
                },
                Duration.ofMillis(400));
        CompletableFuture<Integer> after = test.database.write(test.insert(2));
        hold.release();

        assertThat(List.of(before.join(), after.join())).containsExactly(1, 2);
        assertThatThrownBy(endless::join)
                .hasCauseInstanceOf(DeadlineException.class)
                .hasMessageContaining("was not done within 400 ms and was stopped; nothing was written");
        assertThat(test.values()).containsExactly(1L, 2L);
    }

    @Test
    void aWriteThatOnlyReadsWhenItIsStoppedIsUndoneToo() {
        CompletableFuture<Long> endless = test.database.write(
                c -> {
                    TestDatabase.run(c, "INSERT INTO t VALUES (77)");
                    return (long)
                            Statements.query(c, Statement.of(ENDLESS_READ)).size();
                },
                SHORT);

        assertThatThrownBy(endless::join).hasCauseInstanceOf(DeadlineException.class);
        assertThat(test.values()).isEmpty();
    }

    @Test
    void manyShortStatementsAreStoppedLikeALongOne() {
        CompletableFuture<Long> endless = test.database.write(
                c -> {
                    for (long i = 0; true; i++) {
                        TestDatabase.run(c, "INSERT INTO t VALUES (" + i + ")");
                    }
                },
                SHORT);

        assertThatThrownBy(() -> endless.orTimeout(20, TimeUnit.SECONDS).join())
                .hasCauseInstanceOf(DeadlineException.class);
        assertThat(test.values()).isEmpty();
    }

    @Test
    void aWriteThatIsCancelledWhileItWaitsNeverRunsAndGivesItsPlaceFree() {
        TestDatabase.Hold hold = test.hold();
        for (int i = 0; i < 2 * Lane.LOCAL.maxWaiting; i++) {
            assertThat(test.database.write(test.insert(i)).cancel(false)).isTrue();
        }
        CompletableFuture<Integer> kept = test.database.write(test.insert(-1));
        hold.release();

        assertThat(kept.join()).isEqualTo(-1);
        assertThat(test.events).containsExactly("run -1", "commit", "told -1");
    }

    @Test
    void aWriteThatIsCancelledWhileItRunsIsStopped() {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Long> endless = test.database.write(c -> {
            running.countDown();
            return TestDatabase.run(c, ENDLESS_WRITE);
        });
        TestDatabase.await(running);
        endless.cancel(false);

        assertThat(test.database.write(test.insert(1)).join()).isEqualTo(1);
        assertThatThrownBy(endless::join).isInstanceOf(CancellationException.class);
        assertThat(test.values()).containsExactly(1L);
    }

    @Test
    void whoeverIsStoppedNobodyElseIsHit() throws InterruptedException {
        // Cancels at random moments: between the statements, in COMMIT, when the next has begun.
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger cancelled = new AtomicInteger();
        Thread canceller = new Thread(() -> {
            for (int i = 0; !done.get(); i++) {
                int wait = i % 50;
                CompletableFuture<Integer> victim = test.database.write(test.insert(-1 - i));
                for (int spin = 0; spin < wait * 20; spin++) {
                    Thread.onSpinWait();
                }
                if (victim.cancel(false)) {
                    cancelled.incrementAndGet();
                }
            }
        });
        canceller.start();
        for (int i = 0; i < 3000; i++) {
            assertThat(test.database.write(test.insert(i)).join()).isEqualTo(i);
        }
        done.set(true);
        canceller.join();

        assertThat(cancelled).hasPositiveValue();
        assertThat(test.values().stream().filter(value -> (Long) value >= 0)).hasSize(3000);
        assertThat(test.database.writerFailure()).isEmpty();
    }

    @Test
    void aReadThatTakesTooLongIsStoppedAndTheNextIsNot() {
        assertThatThrownBy(() -> test.database.read(c -> Statements.query(c, Statement.of(ENDLESS_READ)), SHORT))
                .isInstanceOf(DeadlineException.class)
                .hasMessageContaining("the read was not done within 100 ms and was stopped");
        for (int i = 0; i < 100; i++) {
            assertThat(test.values()).isEmpty();
        }
    }

    @Test
    void aReadWaitsForItsTurnOnlyUntilItsDeadline() {
        CountDownLatch started = new CountDownLatch(Readers.MAX_READERS);
        CountDownLatch release = new CountDownLatch(1);
        List<CompletableFuture<Integer>> busy = java.util.stream.IntStream.range(0, Readers.MAX_READERS)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> test.database.read(c -> {
                            started.countDown();
                            TestDatabase.await(release);
                            return i;
                        }),
                        task -> new Thread(task).start()))
                .toList();
        TestDatabase.await(started);

        assertThatThrownBy(() -> test.database.read(c -> 1, SHORT))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("were busy for 100 ms");
        release.countDown();
        assertThat(busy).allSatisfy(CompletableFuture::join);
    }
}
