package dev.corrosion.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.CorrosionException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {

    private final TestDatabase test;

    GroupCommitTest(@TempDir Path directory) {
        test = new TestDatabase(directory.resolve("data.db"));
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void thoseThatWaitShareACommitAndAreToldOfItInOrder() {
        TestDatabase.Hold hold = test.hold();
        List<CompletableFuture<Integer>> writes = List.of(
                test.database.write(test.insert(1)),
                test.database.write(test.insert(2)),
                test.database.write(test.insert(3)));
        hold.release();

        assertThat(writes).allSatisfy(CompletableFuture::join);
        assertThat(test.events).containsExactly("run 1", "run 2", "run 3", "commit", "told 1", "told 2", "told 3");
        assertThat(test.values()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void oneThatFailsLeavesNothingBehindAndHurtsNoOther() {
        TestDatabase.Hold hold = test.hold();
        CompletableFuture<Integer> first = test.database.write(test.insert(1));
        CompletableFuture<Long> failing = test.database.write(c -> {
            TestDatabase.run(c, "INSERT INTO t VALUES (77)");
            return TestDatabase.run(c, "INSERT INTO t VALUES (77)");
        });
        CompletableFuture<Integer> last = test.database.write(test.insert(3));
        hold.release();

        assertThat(first.join()).isEqualTo(1);
        assertThat(last.join()).isEqualTo(3);
        assertThatThrownBy(failing::join).hasMessageContaining("UNIQUE constraint failed");
        assertThat(test.events).containsExactly("run 1", "undone", "run 3", "commit", "told 1", "told 3");
        assertThat(test.values()).containsExactly(1L, 3L);
    }

    @Test
    void theFirstOfAGroupMayFailToo() {
        TestDatabase.Hold hold = test.hold();
        CompletableFuture<Integer> failing = test.database.write(c -> {
            TestDatabase.run(c, "INSERT INTO t VALUES (77)");
            throw new IllegalStateException("no");
        });
        CompletableFuture<Integer> other = test.database.write(test.insert(2));
        hold.release();

        assertThat(other.join()).isEqualTo(2);
        assertThatThrownBy(failing::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(test.events).containsExactly("rollback", "run 2", "commit", "told 2");
        assertThat(test.values()).containsExactly(2L);
    }

    @Test
    void thoseThatWantATransactionOfTheirOwnGetIt() {
        TestDatabase.Hold hold = test.hold();
        CompletableFuture<Integer> first = test.database.write(test.insert(1));
        CompletableFuture<Integer> solo = test.database.write(new WriteTask<>() {
            @Override
            public Integer run(Connection connection) throws SQLException {
                return test.insert(2).run(connection);
            }

            @Override
            public boolean solo() {
                return true;
            }
        });
        CompletableFuture<Integer> last = test.database.write(test.insert(3));
        hold.release();

        assertThat(List.of(first.join(), solo.join(), last.join())).containsExactly(1, 2, 3);
        assertThat(test.events)
                .containsExactly("run 1", "commit", "told 1", "run 2", "commit", "run 3", "commit", "told 3");
    }

    @Test
    void thoseThatRanBeforeRunAgainWhenSqliteDropsTheWholeTransaction() {
        TestDatabase.Hold hold = test.hold();
        CompletableFuture<Integer> first = test.database.write(test.insert(1));
        CompletableFuture<Integer> second = test.database.write(test.insert(2));
        CompletableFuture<Long> dropping =
                test.database.write(c -> TestDatabase.run(c, "INSERT OR ROLLBACK INTO t VALUES (77), (1)"));
        CompletableFuture<Integer> last = test.database.write(test.insert(3));
        hold.release();

        assertThat(List.of(first.join(), second.join(), last.join())).containsExactly(1, 2, 3);
        assertThatThrownBy(dropping::join).hasMessageContaining("UNIQUE constraint failed");
        assertThat(test.events)
                .containsExactly(
                        "run 1",
                        "run 2",
                        "rollback",
                        "run 1",
                        "run 2",
                        "run 3",
                        "commit",
                        "told 1",
                        "told 2",
                        "told 3");
        assertThat(test.values()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void nothingIsAcknowledgedWhenTheCommitFails() {
        TestDatabase.Hold hold = test.hold();
        CompletableFuture<Integer> first = test.database.write(test.insert(1));
        CompletableFuture<Long> orphan =
                test.database.write(c -> TestDatabase.run(c, "INSERT INTO orphan VALUES ('of nobody')"));
        CompletableFuture<Integer> last = test.database.write(test.insert(3));
        hold.release();

        assertThat(List.of(first, orphan, last)).allSatisfy(one -> assertThatThrownBy(one::join)
                .hasCauseInstanceOf(CorrosionException.class)
                .hasMessageContaining("FOREIGN KEY constraint failed"));
        assertThat(test.events).containsExactly("run 1", "run 3", "rollback");
        assertThat(test.values()).isEmpty();
        assertThat(test.database.write(test.insert(4)).join()).isEqualTo(4);
    }

    @Test
    void aLongTaskDoesNotKeepThoseBeforeItWaitingForTheCommit() {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch quickIsCommitted = new CountDownLatch(1);
        TestDatabase.Hold hold = test.hold();
        CompletableFuture<Integer> quick = test.database.write(test.insert(1));
        CompletableFuture<Long> slow = test.database.write(c -> {
            if (runs.incrementAndGet() == 1) {
                return TestDatabase.run(c, "INSERT INTO t " + endless());
            }
            TestDatabase.await(quickIsCommitted);
            return TestDatabase.run(c, "INSERT INTO t VALUES (2)");
        });
        hold.release();

        assertThat(quick.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(1);
        quickIsCommitted.countDown();
        assertThat(slow.join()).isEqualTo(1);
        assertThat(runs).hasValue(2);
        assertThat(test.values()).containsExactly(1L, 2L);
    }

    @Test
    void underFullLoadEachLaneMakesProgress() {
        TestDatabase.Hold hold = test.hold();
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < Lane.LOCAL.maxWaiting; i++) {
            all.add(test.database.write(test.insert(i)).thenRun(() -> order.add("local")));
        }
        for (int i = 0; i < 100; i++) {
            all.add(test.database.writeInternal(c -> 0).thenRun(() -> order.add("apply")));
            all.add(test.database.maintain(c -> 0).thenRun(() -> order.add("maintenance")));
        }
        hold.release();

        assertThat(all).allSatisfy(CompletableFuture::join);
        // Lanes share the time, not the number of tasks; which of them is empty first depends on what a task costs
        // here.
        assertThat(order.subList(0, order.size() / 2)).contains("local", "apply", "maintenance");
    }

    static String endless() {
        return "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 100";
    }

    @Test
    void goesOnAfterAnErrorInATaskOrInWhatFollowsIt() {
        TestDatabase.Hold hold = test.hold();
        CompletableFuture<Long> run = test.database.write(c -> {
            TestDatabase.run(c, "INSERT INTO t VALUES (1)");
            throw new StackOverflowError("in run");
        });
        CompletableFuture<Long> committed = test.database.write(new WriteTask<>() {
            @Override
            public Long run(Connection connection) throws SQLException {
                return TestDatabase.run(connection, "INSERT INTO t VALUES (2)");
            }

            @Override
            public void committed(Long result) {
                throw new StackOverflowError("in committed");
            }
        });
        CompletableFuture<Integer> next = test.database.write(test.insert(3));
        hold.release();

        assertThat(next.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(3);
        assertThatThrownBy(run::join).hasMessageContaining("in run");
        assertThatThrownBy(committed::join)
                .hasCauseInstanceOf(CorrosionException.class)
                .hasMessageContaining("committed, but what was to follow failed")
                .hasMessageContaining("in committed");
        assertThat(test.values()).containsExactly(2L, 3L);
    }
}
