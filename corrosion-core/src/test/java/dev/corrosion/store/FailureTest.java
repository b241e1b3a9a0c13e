package dev.corrosion.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class FailureTest {

    private static final int PAGE = 4096;

    private final Path directory;
    private final Path file;

    FailureTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("data.db");
    }

    @Test
    void aWriteForWhichThereIsNoRoomFailsAloneAndTheNextIsDoneWhenThereIs() {
        try (TestDatabase test = new TestDatabase(file)) {
            limitPages(test, 40);
            TestDatabase.Hold hold = test.hold();
            CompletableFuture<Integer> before = test.database.write(test.insert(1));
            CompletableFuture<Long> large = test.database.write(FailureTest::writeLarge);
            CompletableFuture<Integer> after = test.database.write(test.insert(2));
            hold.release();

            assertThat(List.of(before.join(), after.join())).containsExactly(1, 2);
            assertThatThrownBy(large::join)
                    .hasCauseInstanceOf(CorrosionException.class)
                    .hasMessageContaining("full")
                    .hasMessageContaining("make room on the disk");
            assertThat(test.database.writerFailure()).isEmpty();
            limitPages(test, 100_000);
            assertThat(test.database.write(FailureTest::writeLarge).join()).isEqualTo(1);
            assertThat(test.values()).containsExactly(1L, 2L);
        }
    }

    @Test
    void thatTheDiskTakesNothingIsKnownUntilItTakesSomething() {
        try (TestDatabase test = new TestDatabase(file)) {
            limitPages(test, 40);
            assertThatThrownBy(
                            () -> test.database.write(FailureTest::writeLarge).join())
                    .hasMessageContaining("full");
            assertThat(test.database.load().trouble()).get().asString().contains("make room on the disk");

            limitPages(test, 100_000);
            test.database.write(FailureTest::writeLarge).join();
            assertThat(test.database.load().trouble()).isEmpty();
        }
    }

    private static void limitPages(TestDatabase test, int pages) {
        test.database
                .writeInternal(
                        c -> Statements.query(c, Statement.of("SELECT 1")).size()
                                + TestDatabase.run(c, "PRAGMA max_page_count = " + pages))
                .join();
    }

    private static long writeLarge(Connection connection) throws SQLException {
        return TestDatabase.run(connection, "INSERT INTO large (bytes) VALUES (randomblob(300000))");
    }

    @Test
    void whatWasAcknowledgedBeforeTheDiskWasFullIsThereAndMoreCanBeWrittenWhenThereIsRoom() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", directory.toString()), "only root can mount");
        try {
            Path ballast = Files.write(directory.resolve("ballast"), new byte[2 << 20]);
            List<Integer> acknowledged = new ArrayList<>();
            try (TestDatabase test = new TestDatabase(file)) {
                CorrosionException failure = fill(test, acknowledged);
                assertThat(failure).hasMessageContaining("make room on the disk");
                assertThat(test.database.writerFailure()).isEmpty();
                assertThat(count(test)).isEqualTo(acknowledged.size()).isPositive();

                Files.delete(ballast);
                write(test, 1_000_000);
                acknowledged.add(1_000_000);
            }
            try (TestDatabase test = new TestDatabase(file)) {
                assertThat(count(test)).isEqualTo(acknowledged.size());
                assertThat(test.database.verify()).isEmpty();
            }
        } finally {
            assertThat(run("umount", directory.toString())).isTrue();
        }
    }

    private static CorrosionException fill(TestDatabase test, List<Integer> acknowledged) {
        for (int i = 0; i < 1000; i++) {
            try {
                write(test, i);
                acknowledged.add(i);
            } catch (CompletionException e) {
                return (CorrosionException) Objects.requireNonNull(e.getCause());
            }
        }
        throw new AssertionError("the disk was never full");
    }

    private static void write(TestDatabase test, int id) {
        test.database
                .write(c -> TestDatabase.run(c, "INSERT INTO large VALUES (" + id + ", randomblob(20000))"))
                .join();
    }

    private static int count(TestDatabase test) {
        return test.database.read(
                c -> Statements.query(c, Statement.of("SELECT id FROM large")).size());
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false; // not on this system
        }
    }

    @Test
    void afterAnErrorOfTheDiskNothingIsWrittenAnyMoreButReadsGoOn() {
        try (TestDatabase test = new TestDatabase(file)) {
            test.database.write(test.insert(1)).join();
            TestDatabase.Hold hold = test.hold();
            CompletableFuture<Integer> before = test.database.write(test.insert(2));
            CompletableFuture<Integer> failing = test.database.write(c -> {
                throw new CorrosionException(
                        "in a statement", new SQLiteException("the disk says no", SQLiteErrorCode.SQLITE_IOERR_WRITE));
            });
            CompletableFuture<Integer> after = test.database.write(test.insert(3));
            hold.release();

            for (CompletableFuture<Integer> one : List.of(before, after, test.database.write(test.insert(4)))) {
                assertThatThrownBy(one::join).hasCauseInstanceOf(DatabaseClosedException.class);
            }
            assertThatThrownBy(failing::join).hasMessageContaining("in a statement");
            assertThat(test.database.writerFailure()).isPresent();
            assertThat(test.values()).containsExactly(1L);
        }
    }

    @Test
    void afterAFailedFlushOfTheWalNothingIsWrittenAnyMoreButReadsGoOn() {
        try (TestDatabase test = new TestDatabase(file)) {
            test.database.write(test.insert(1)).join();
            TestDatabase.Hold hold = test.hold();
            CompletableFuture<Integer> waiting = test.database.write(test.insert(2));
            failNextFlush(test.database);
            await().until(() -> test.database.writerFailure().isPresent());
            hold.release();

            for (CompletableFuture<Integer> one : List.of(waiting, test.database.write(test.insert(3)))) {
                assertThatThrownBy(one::join)
                        .hasCauseInstanceOf(DatabaseClosedException.class)
                        .hasMessageContaining("a failed flush of the WAL")
                        .hasMessageContaining("restart the node");
            }
            assertThat(test.values()).containsExactly(1L);
        }
    }

    /** An interrupted thread finds the channel closed when it flushes. */
    private static void failNextFlush(Database database) {
        database.whenDurable(() -> {
            Thread.currentThread().interrupt();
            database.whenDurable(() -> {});
        });
    }

    @Test
    void anErrorInWhatFollowsAFlushEndsTheWriterAndHoldsUpNobody() {
        try (TestDatabase test = new TestDatabase(file)) {
            test.database.whenDurable(() -> {
                throw new OutOfMemoryError("simulated");
            });
            await().until(() -> test.database.writerFailure().isPresent());
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                for (int i = 0; i < 10_000; i++) { // more than may wait
                    test.database.whenDurable(() -> {});
                }
            });
            assertThatThrownBy(() -> test.database.write(test.insert(1)).join())
                    .hasCauseInstanceOf(DatabaseClosedException.class);
        }
    }

    @Test
    void whenMemoryCannotFollowACommitNothingIsWrittenOnTopOfIt() {
        AtomicBoolean fails = new AtomicBoolean();
        ConnectionSetup setup = new ConnectionSetup() {
            @Override
            public void configure(Connection connection) throws SQLException {
                TestDatabase.run(connection, "CREATE TABLE t (a PRIMARY KEY)");
            }

            @Override
            public void committed() {
                if (fails.get()) {
                    throw new OutOfMemoryError("in memory");
                }
            }
        };
        try (Database database = Database.open(file, setup)) {
            database.write(c -> TestDatabase.run(c, "INSERT INTO t VALUES (1)")).join();
            fails.set(true);
            assertThatThrownBy(() -> database.write(c -> TestDatabase.run(c, "INSERT INTO t VALUES (2)"))
                            .join())
                    .hasMessageContaining("committed, but what was to follow failed");
            fails.set(false);
            assertThatThrownBy(() -> database.write(c -> TestDatabase.run(c, "INSERT INTO t VALUES (3)"))
                            .join())
                    .hasCauseInstanceOf(DatabaseClosedException.class);
            assertThat(database.writerFailure()).containsInstanceOf(OutOfMemoryError.class);
        }
        try (TestDatabase test = new TestDatabase(file)) {
            assertThat(test.values()).containsExactly(1L, 2L);
        }
    }

    @Test
    void whereTheFileIsDamagedWritesEndAndTheRestCanBeRead() throws IOException {
        try (TestDatabase test = new TestDatabase(file)) {
            test.database.write(test.insert(1)).join();
            test.database
                    .write(c -> TestDatabase.run(
                            c,
                            "INSERT INTO large WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i"
                                    + " < 5000) SELECT i, randomblob(100) FROM n"))
                    .join();
        }
        for (int page = 20; page < 60; page++) {
            overwrite((long) page * PAGE, PAGE);
        }
        try (TestDatabase test = new TestDatabase(file)) {
            assertThat(test.database.verify()).isNotEmpty();
            assertThatThrownBy(() -> test.database.read(
                            c -> Statements.query(c, Statement.of("SELECT sum(length(bytes)) FROM large"))))
                    .isInstanceOf(CorrosionException.class)
                    .hasMessageContaining("move the file away");
            assertThatThrownBy(() -> test.database
                            .write(c -> TestDatabase.run(c, "UPDATE large SET bytes = 1"))
                            .join())
                    .hasMessageContaining("move the file away");

            assertThatThrownBy(() -> test.database.write(test.insert(2)).join())
                    .hasCauseInstanceOf(DatabaseClosedException.class)
                    .hasMessageContaining("move the file away");
            assertThat(test.database.writerFailure()).isPresent();
            assertThat(test.values()).containsExactly(1L);
        }
    }

    private void overwrite(long position, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] garbage = new byte[length];
            java.util.Arrays.fill(garbage, (byte) 0x5a);
            channel.write(ByteBuffer.wrap(garbage), position);
        }
    }

    @Test
    void refusesAFileWhoseHeaderOrSchemaIsDamagedOrWhichIsCutShort() throws IOException {
        for (long position : List.of(16L, 100L, (long) PAGE - 200)) {
            new TestDatabase(file).close();
            overwrite(position, 40);
            assertThatThrownBy(() -> new TestDatabase(file))
                    .isInstanceOf(CorrosionException.class)
                    .hasMessageContaining("damaged or not a SQLite database")
                    .hasMessageContaining("move it away");
            Files.delete(file);
        }
        new TestDatabase(file).close();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(PAGE);
        }
        assertThatThrownBy(() -> new TestDatabase(file)).hasMessageContaining("damaged or not a SQLite database");
    }

    @Test
    void refusesTheDatabaseOfAnotherApplicationAndLeavesItAsItIs() throws SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            TestDatabase.run(other, "CREATE TABLE theirs (a)");
            TestDatabase.run(other, "PRAGMA application_id = 42");
        }
        assertThatThrownBy(() -> new TestDatabase(file))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("belongs to another application")
                .hasMessageContaining("a file of its own");
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            assertThat(Statements.query(other, Statement.of("SELECT name FROM sqlite_schema")))
                    .hasSize(1);
            TestDatabase.run(other, "PRAGMA application_id = 0");
        }
        new TestDatabase(file).close();
        new TestDatabase(file).close();
    }
}
