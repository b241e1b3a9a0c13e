package dev.corrosion.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    private final Path file;

    DatabaseTest(@TempDir Path directory) {
        this.file = directory.resolve("made/on/demand/data.db");
    }

    private Database open() {
        return Database.open(file, c -> run(c, "CREATE TABLE IF NOT EXISTS t (a PRIMARY KEY)"));
    }

    private static long run(Connection connection, String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static List<Row> rows(Database database) {
        return database.read(c -> Statements.query(c, Statement.of("SELECT a FROM t ORDER BY a")));
    }

    @Test
    void refusesASecondNodeOnTheSameFileAndLetsItInAfterClose() {
        try (Database first = open()) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(this::open)
                        .isInstanceOf(CorrosionException.class)
                        .hasMessageContaining(first.file().toString())
                        .hasMessageContaining("open in another node");
            }
            first.write(c -> run(c, "INSERT INTO t VALUES (1)")).join();
        }
        try (Database second = open()) {
            assertThat(rows(second)).hasSize(1);
            assertThat(second.bytes()).isPositive();
        }
    }

    @Test
    void aFileIsTheSameByWhicheverLinkItIsOpened() throws IOException {
        Path real = Files.createDirectories(file.getParent()).resolve("real.db");
        Files.createSymbolicLink(file, real);
        assertThatThrownBy(this::open)
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("a symbolic link to a file that is not there");
        Files.createFile(real);
        Path linkedDirectory = Files.createSymbolicLink(file.resolveSibling("elsewhere"), file.getParent());
        try (Database database = open()) {
            assertThat(database.file()).isEqualTo(real.toRealPath());
            assertThat(real.resolveSibling("real.db-wal")).exists();
            long before = database.bytes();
            database.write(c -> run(c, "INSERT INTO t VALUES (randomblob(100000))"))
                    .join();
            assertThat(database.bytes()).as("with the WAL").isGreaterThan(before + 100_000);
            for (int i = 0; i < 2; i++) {
                CompletableFuture<Boolean> durable = new CompletableFuture<>();
                database.whenDurable(() -> durable.complete(true));
                assertThat(durable).succeedsWithin(Duration.ofSeconds(10));
            }

            for (Path other : List.of(real, linkedDirectory.resolve("real.db"), linkedDirectory.resolve("data.db"))) {
                assertThatThrownBy(() -> Database.open(other, c -> {}))
                        .isInstanceOf(CorrosionException.class)
                        .hasMessageContaining("open in another node");
            }
        }
        try (Database database = Database.open(linkedDirectory.resolve("new.db"), c -> {})) {
            assertThat(database.file()).isEqualTo(real.toRealPath().resolveSibling("new.db"));
        }
    }

    @Test
    void refusesASecondProcessEvenAfterAFailedAttemptInThisOne() throws Exception {
        try (Database first = open()) {
            assertThatThrownBy(this::open).isInstanceOf(CorrosionException.class);

            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            OpenInAnotherProcess.class.getName(),
                            first.file().toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

            assertThat(other.waitFor()).as(output).isEqualTo(1);
            assertThat(output).contains("open in another node or process");
        }
    }

    /** What the other process runs. */
    static final class OpenInAnotherProcess {

        private OpenInAnotherProcess() {}

        public static void main(String[] args) {
            try (Database opened = Database.open(Path.of(args[0]), c -> {})) {
                System.out.println("opened " + opened.file());
            }
        }
    }

    @Test
    void leavesNoTraceOfATransactionThatFails() {
        try (Database database = open()) {
            CompletableFuture<Long> failed = database.write(c -> {
                run(c, "INSERT INTO t VALUES (1)");
                return run(c, "INSERT INTO t VALUES (1)");
            });

            assertThatThrownBy(failed::join)
                    .hasCauseInstanceOf(CorrosionException.class)
                    .hasMessageContaining("UNIQUE constraint failed: t.a");
            assertThat(rows(database)).isEmpty();
            database.write(c -> run(c, "INSERT INTO t VALUES (1)")).join();
            assertThat(rows(database)).hasSize(1);
        }
    }

    @Test
    void refusesWritesButNotItsOwnWorkWhenTooManyWaitAndFinishesThoseItTook() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<CompletableFuture<Long>> taken = new ArrayList<>();
        CompletableFuture<Long> refused;
        try (Database database = open()) {
            taken.add(database.write(c -> {
                running.countDown();
                awaitUnchecked(release);
                return run(c, "INSERT INTO t VALUES (-1)");
            }));
            running.await();
            for (int i = 0; i < Lane.LOCAL.maxWaiting; i++) {
                int value = i;
                taken.add(database.write(c -> run(c, "INSERT INTO t VALUES (" + value + ")")));
            }
            refused = database.write(c -> run(c, "INSERT INTO t VALUES (-2)"));
            taken.add(database.writeInternal(c -> run(c, "INSERT INTO t VALUES (-3)")));
            release.countDown();
        }
        assertThatThrownBy(refused::join)
                .hasCauseInstanceOf(OverloadedException.class)
                .hasMessageContaining("overloaded");
        assertThat(taken).allSatisfy(one -> assertThat(one.join()).isEqualTo(1));
        try (Database database = open()) {
            assertThat(rows(database)).hasSize(Lane.LOCAL.maxWaiting + 2);
        }
    }

    @Test
    void letsNobodyWaitForAWriterThatEnded() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Database database = open()) {
            CompletableFuture<Long> fatal = database.write(c -> {
                running.countDown();
                awaitUnchecked(release);
                throw new Unspeakable();
            });
            running.await();
            CompletableFuture<Long> waiting = database.write(c -> run(c, "INSERT INTO t VALUES (1)"));
            release.countDown();

            for (CompletableFuture<Long> one : List.of(fatal, waiting)) {
                assertThatThrownBy(() -> one.orTimeout(10, TimeUnit.SECONDS).join())
                        .hasCauseInstanceOf(DatabaseClosedException.class);
            }
            assertThatThrownBy(() -> database.writeInternal(c -> run(c, "INSERT INTO t VALUES (2)"))
                            .orTimeout(10, TimeUnit.SECONDS)
                            .join())
                    .hasCauseInstanceOf(DatabaseClosedException.class)
                    .hasMessageContaining("open the node again");
        }
        try (Database database = open()) {
            assertThat(rows(database)).isEmpty();
        }
    }

    /** Even to say what happened fails, as it does when memory is used up. */
    private static final class Unspeakable extends SQLException {

        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new OutOfMemoryError("for a message");
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readsOneSnapshotWhileOthersWrite() {
        try (Database database = open()) {
            database.write(c -> run(c, "INSERT INTO t VALUES (1)")).join();
            List<Integer> sizes = database.read(c -> {
                int before =
                        Statements.query(c, Statement.of("SELECT a FROM t")).size();
                database.write(w -> run(w, "INSERT INTO t VALUES (2)")).join();
                return List.of(
                        before,
                        Statements.query(c, Statement.of("SELECT a FROM t")).size());
            });
            assertThat(sizes).containsExactly(1, 1);
            assertThat(rows(database)).hasSize(2);
        }
    }

    @Test
    void readersCannotWrite() {
        try (Database database = open()) {
            assertThatThrownBy(() -> database.read(c -> run(c, "INSERT INTO t VALUES (1)")))
                    .isInstanceOf(CorrosionException.class)
                    .hasMessageContaining("readonly");
            assertThat(rows(database)).isEmpty();
        }
    }

    @Test
    void refusesUseAfterClose() {
        Database database = open();
        database.close();
        database.close();
        assertThatThrownBy(() -> rows(database)).isInstanceOf(DatabaseClosedException.class);
        assertThatThrownBy(() -> database.write(c -> 1).join()).hasCauseInstanceOf(DatabaseClosedException.class);
    }

    @Test
    void saysWhatIsWrongWithAFileThatIsNoDatabase() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "this is no database, but it is longer than the header of one would be. ".repeat(20));
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(CorrosionException.class)
                    .hasMessageContaining("damaged or not a SQLite database")
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void refusesRowsThatSqliteCouldNotKeepElsewhere() {
        try (Database database = open()) {
            assertThatThrownBy(() -> database.write(
                                    c -> Statements.execute(c, Statement.of("INSERT INTO t VALUES (?)", (Object)
                                            new byte[Database.MAX_ROW_BYTES + 1])))
                            .join())
                    .hasMessageContaining("too big");
        }
    }

    @Test
    void worksBesideAnotherProgramThatReadsTheFile() throws SQLException {
        try (Database database = open();
                Connection shell = DriverManager.getConnection("jdbc:sqlite:" + database.file())) {
            database.write(c -> run(c, "INSERT INTO t VALUES (1)")).join();
            try (java.sql.Statement statement = shell.createStatement();
                    java.sql.ResultSet row = statement.executeQuery("SELECT count(*) FROM t")) {
                row.next();
                assertThat(row.getInt(1)).isEqualTo(1);
            }
        }
    }
}
