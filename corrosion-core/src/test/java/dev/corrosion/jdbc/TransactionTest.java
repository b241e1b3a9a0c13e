package dev.corrosion.jdbc;

import static dev.corrosion.jdbc.TestNode.PATIENT;
import static dev.corrosion.jdbc.TestNode.add;
import static dev.corrosion.jdbc.TestNode.execute;
import static dev.corrosion.jdbc.TestNode.ids;
import static dev.corrosion.jdbc.TestNode.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.DataSourceOptions;
import dev.corrosion.Statement;
import dev.corrosion.WriteException;
import dev.corrosion.store.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One may write at a time, and none for ever. */
@Timeout(60)
class TransactionTest {

    /** Never ends by itself. */
    private static final String ENDLESS =
            "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    /** How many writes of the application wait before one is refused. */
    private static final int MOST_THAT_WAIT = 4096;

    private static final Duration SHORT = Duration.ofMillis(200);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private TestNode node;

    @BeforeEach
    void open(@TempDir Path directory) {
        node = TestNode.open(directory.resolve("a"));
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        node.close();
    }

    private void writeByTheNode(String id) throws Exception {
        threads.submit(() -> node.corrosion.write(insert(id))).get();
    }

    private static Statement insert(String id) {
        return Statement.of("INSERT INTO todo (id) VALUES (?)", id);
    }

    @Test
    void aCommitReachesAnotherNodeAsAWholeAndATransactionUndoneBySavepointLeavesNoGap(@TempDir Path directory)
            throws SQLException {
        try (TestNode other = TestNode.open(directory.resolve("b"), node.address())) {
            try (Connection connection = node.begin()) {
                add(connection, "a");
                add(connection, "b");
                connection.commit();
                Savepoint savepoint = connection.setSavepoint();
                add(connection, "never");
                connection.rollback(savepoint);
                connection.commit();
                execute(connection, "UPDATE todo SET title = 'new' WHERE id = 'a'");
                connection.commit();
            }
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(other.corrosion.query(Statement.of("SELECT id, title FROM todo")))
                            .extracting(row -> row.getString("title"))
                            .containsExactly("new", "title of b"));
            long last = node.versions();
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                            other.corrosion.status().versions().get(node.corrosion.actorId()))
                    .satisfies(versions -> assertThat(versions.head()).isEqualTo(last))
                    .satisfies(versions -> assertThat(versions.missing()).isZero()));
        }
    }

    @Test
    void aReadOnlyTransactionDoesNotWaitForTheWriter() throws Exception {
        writeByTheNode("a");
        try (Connection writing = node.begin();
                Connection reading = node.connect(PATIENT.withWaitTimeout(SHORT))) {
            add(writing, "b");
            reading.setReadOnly(true);
            reading.setAutoCommit(false);
            assertThat(ids(reading)).containsExactly("a");
            reading.commit();
            reading.setAutoCommit(true);
            assertThat(ids(reading)).containsExactly("a");
            writing.commit();
            assertThat(ids(reading)).containsExactly("a", "b");
        }
    }

    @Test
    void whatIsReadInATransactionCannotChangeBeforeItWrites() throws Exception {
        writeByTheNode("counter");
        List<Future<Void>> runs = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            runs.add(threads.submit(() -> {
                try (Connection connection = node.begin()) {
                    for (int i = 0; i < 25; i++) {
                        String rank = query(connection, "SELECT coalesce(rank, 0) FROM todo")
                                .get(0);
                        execute(connection, "UPDATE todo SET rank = " + (Integer.parseInt(rank) + 1));
                        connection.commit();
                    }
                }
                return null;
            }));
        }
        for (Future<Void> run : runs) {
            run.get(30, TimeUnit.SECONDS);
        }
        try (Connection connection = node.connect()) {
            assertThat(query(connection, "SELECT rank FROM todo")).containsExactly("100");
        }
    }

    @Test
    void anIdleTransactionIsRolledBackAndSaysSoUntilItIsEnded() throws Exception {
        try (Connection connection = node.begin(PATIENT.withIdleTimeout(SHORT))) {
            add(connection, "lost");
            ResultSet open = connection.createStatement().executeQuery("SELECT * FROM todo");

            writeByTheNode("next");

            assertThat(node.committed()).containsExactly("next");
            assertThatThrownBy(() -> ids(connection))
                    .isInstanceOf(SQLTransactionRollbackException.class)
                    .hasMessageContaining("idle for PT0.2S (DataSourceOptions.idleTimeout)");
            assertThatThrownBy(open::next).isInstanceOf(SQLTransactionRollbackException.class);
            assertThatThrownBy(() -> connection.setSavepoint()).isInstanceOf(SQLTransactionRollbackException.class);
            assertThatThrownBy(connection::commit).isInstanceOf(SQLTransactionRollbackException.class);

            add(connection, "again");
            connection.commit();
            assertThat(node.committed()).containsExactly("again", "next");
        }
    }

    @Test
    void aFrameworkThatRollsBackWhatIsGoneAlreadyIsNotDisturbed() throws Exception {
        try (Connection connection = node.begin(PATIENT.withIdleTimeout(SHORT))) {
            add(connection, "lost");
            writeByTheNode("next");
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(ids(connection)).containsExactly("next");
        }
    }

    @Test
    void whatAThreadThatDiedLeavesOpenIsHealed() throws Exception {
        Thread careless = new Thread(() -> {
            try {
                add(node.begin(PATIENT.withIdleTimeout(SHORT)), "lost");
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        careless.start();
        careless.join();
        writeByTheNode("next");
        assertThat(node.committed()).containsExactly("next");
    }

    @Test
    void aTransactionThatTakesTooLongIsBrokenOffInTheMiddleOfAStatement() throws Exception {
        DataSourceOptions options = PATIENT.withTransactionTimeout(Duration.ofMillis(500));
        try (Connection connection = node.begin(options)) {
            add(connection, "lost");
            assertThatThrownBy(() -> execute(connection, "INSERT INTO todo (id) " + ENDLESS))
                    .isInstanceOf(SQLTransactionRollbackException.class)
                    .hasMessageContaining("DataSourceOptions.transactionTimeout");
            connection.rollback();
            writeByTheNode("next");
            add(connection, "again");
            connection.commit();
        }
        assertThat(node.committed()).containsExactly("again", "next");
    }

    @Test
    void whoWaitsTooLongForTheWriterIsToldAndTheOneThatHasItGoesOn() throws Exception {
        try (Connection first = node.begin();
                Connection second = node.begin(PATIENT.withWaitTimeout(SHORT))) {
            add(first, "first");
            threads.submit(() -> assertThatThrownBy(() -> add(second, "second"))
                            .isInstanceOf(SQLTransientConnectionException.class)
                            .hasMessageContaining("DataSourceOptions.waitTimeout"))
                    .get();
            threads.submit(() -> {
                        try (Connection third = node.begin();
                                java.sql.Statement statement = third.createStatement()) {
                            statement.setQueryTimeout(1);
                            assertThatThrownBy(() -> statement.executeUpdate("DELETE FROM todo"))
                                    .as("a statement's own timeout, as of @Transactional(timeout), counts too")
                                    .isInstanceOf(SQLTransientConnectionException.class);
                        }
                        return null;
                    })
                    .get();
            first.commit();
            add(second, "second");
            second.commit();
        }
        assertThat(node.committed()).containsExactly("first", "second");
    }

    @Test
    void thoseThatGaveUpWaitingDoNotFillTheQueue() throws Exception {
        int triers = 32;
        int more = MOST_THAT_WAIT / triers + 1;
        DataSourceOptions impatient = PATIENT.withWaitTimeout(Duration.ofMillis(5));
        try (Connection first = node.begin()) {
            add(first, "first");
            List<Future<?>> runs = new ArrayList<>();
            for (int trier = 0; trier < triers; trier++) {
                runs.add(threads.submit(() -> {
                    for (int i = 0; i < more; i++) {
                        try (Connection connection = node.begin(impatient)) {
                            assertThatThrownBy(() -> add(connection, "never"))
                                    .isInstanceOf(SQLTransientConnectionException.class)
                                    .hasMessageContaining("DataSourceOptions.waitTimeout");
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get(30, TimeUnit.SECONDS);
            }
            first.commit();
        }
        writeByTheNode("next");
        assertThat(node.committed()).containsExactly("first", "next");
    }

    @Test
    void aThreadThatWouldWaitForItselfIsToldAtOnce() throws Exception {
        try (Connection first = node.begin();
                Connection second = node.connect()) {
            add(first, "first");
            assertThatThrownBy(() -> add(second, "second")).hasMessageContaining("would wait for itself");
            assertThatThrownBy(() -> node.corrosion.write(insert("third")))
                    .isInstanceOf(WriteException.class)
                    .hasMessageContaining("would wait for itself");
            first.commit();
            add(second, "second");
            writeByTheNode("third");
        }
        assertThat(node.committed()).containsExactly("first", "second", "third");
    }

    @Test
    void whyTheNodeRefusesToWriteIsToldAsItSaysIt(@TempDir Path directory) throws SQLException {
        WriteException refusal = new WriteException("this database is an older copy", -1, null);
        try (Database database = Database.open(directory.resolve("x.db"), connection -> {});
                DataSources refusing =
                        new DataSources(database, (body, timeout) -> CompletableFuture.failedFuture(refusal));
                Connection connection = refusing.create(PATIENT).getConnection()) {
            assertThatThrownBy(() -> execute(connection, "DELETE FROM todo"))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("this database is an older copy");
            assertThat(query(connection, "SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void aStatementIsBrokenOffByItsTimeoutAndByAnotherThread() throws Exception {
        try (Connection connection = node.connect();
                java.sql.Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeQuery(ENDLESS))
                    .isInstanceOf(SQLTimeoutException.class)
                    .hasMessageContaining("1 s");
            statement.setQueryTimeout(0);
            CompletableFuture<Void> done = new CompletableFuture<>();
            Future<?> canceller = threads.submit(() -> {
                while (!done.isDone()) {
                    statement.cancel();
                    Thread.onSpinWait();
                }
                return null;
            });
            assertThatThrownBy(() -> statement.executeQuery(ENDLESS)).hasMessageContaining("cancelled");
            done.complete(null);
            canceller.get();
            try (ResultSet rows = statement.executeQuery("SELECT 1")) {
                assertThat(rows.next()).isTrue();
            }
        }
    }

    @Test
    void anAbortedConnectionLetsGoOfTheWriterEvenIfAStatementRuns() throws Exception {
        Connection connection = node.begin();
        CountDownLatch begun = new CountDownLatch(1);
        Future<?> stuck = threads.submit(() -> {
            add(connection, "lost");
            begun.countDown();
            assertThatThrownBy(() -> ids(connection).addAll(query(connection, ENDLESS)))
                    .hasMessageContaining("connection is closed");
            return null;
        });
        begun.await();
        connection.abort(Runnable::run);
        stuck.get();
        writeByTheNode("next");
        assertThat(node.committed()).containsExactly("next");
    }

    @Test
    void closingTheNodeDoesNotWaitForTransactions() throws Exception {
        Connection writing = node.begin();
        Connection reading = node.connect();
        add(writing, "lost");
        ResultSet rows = reading.createStatement().executeQuery("SELECT * FROM todo");
        CountDownLatch waiting = new CountDownLatch(1);
        Future<?> waiter = threads.submit(() -> {
            try (Connection connection = node.begin()) {
                waiting.countDown();
                assertThatThrownBy(() -> {
                            add(connection, "never"); // it may get its turn when the other one was rolled back
                            connection.commit();
                        })
                        .hasMessageContaining("closed");
            }
            return null;
        });
        waiting.await();
        node.close();

        waiter.get();
        assertThatThrownBy(() -> add(writing, "more")).hasMessageContaining("the node is closed");
        assertThatThrownBy(rows::next).hasMessageContaining("the node is closed");
        writing.close();
        reading.close();
        assertThatThrownBy(() -> node.connect()).hasMessageContaining("the node is closed");
    }

    @Test
    void openResultsAreBoundedAndThoseThatNobodyReadsAreClosed() throws SQLException {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < Readers.MAX_READERS; i++) {
            Connection connection = node.connect(PATIENT.withIdleTimeout(Duration.ofSeconds(1)));
            connections.add(connection);
            connection.createStatement().executeQuery("SELECT 1");
        }
        try (Connection impatient = node.connect(PATIENT.withWaitTimeout(SHORT));
                Connection patient = node.connect()) {
            assertThatThrownBy(() -> ids(impatient))
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining(Readers.MAX_READERS + " readers");
            assertThat(ids(patient)).isEmpty();
        }
        for (Connection connection : connections) {
            connection.close();
        }
    }

    @Test
    void aReadOnlyTransactionThatKeepsTheLogFromBeingEmptiedIsStopped() throws Exception {
        writeByTheNode("a");
        long limit = 128L << 20;
        long largest = 0;
        try (Connection reading = node.connect()) {
            reading.setReadOnly(true);
            reading.setAutoCommit(false);
            SQLException stopped = null;
            for (int i = 0; i < 60 && stopped == null; i++) {
                node.corrosion.write(Statement.of("UPDATE todo SET title = hex(randomblob(1500000)) WHERE id = 'a'"));
                largest = Math.max(largest, node.corrosion.status().databaseBytes());
                try {
                    query(reading, "SELECT id FROM todo");
                } catch (SQLTransactionRollbackException e) {
                    stopped = e;
                }
            }
            assertThat(stopped != null)
                    .as("stopped before it had " + largest + " bytes")
                    .isTrue();
            assertThatThrownBy(() -> ids(reading)).hasMessageContaining("kept the WAL from being emptied");
            assertThat(largest).isLessThan(limit);
            reading.rollback();
            assertThat(ids(reading)).containsExactly("a");
        }
        node.corrosion.write(Statement.of("DELETE FROM todo"));
        assertThat(node.corrosion.status().databaseBytes()).as("emptied").isLessThan(limit / 2);
    }

    @Test
    void openConnectionsAreBounded() throws SQLException {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < DataSources.MAX_CONNECTIONS; i++) {
            connections.add(node.connect());
        }
        assertThatThrownBy(() -> node.connect(PATIENT.withWaitTimeout(SHORT)))
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasMessageContaining(DataSources.MAX_CONNECTIONS + " connections are open");
        connections.get(0).close();
        connections.get(0).close();
        connections.set(0, node.connect());
        assertThatThrownBy(() -> node.connect(PATIENT.withWaitTimeout(SHORT)))
                .as("closing twice frees one place")
                .isInstanceOf(SQLTransientConnectionException.class);
        for (Connection connection : connections) {
            connection.close();
        }
    }

    /** Each transaction adds as many rows as it has time for: all that it told are there after it committed, else none. */
    @Test
    void takingBackInTheMiddleOfAnythingLeavesWholeTransactionsOnly() throws Exception {
        DataSourceOptions hasty =
                PATIENT.withTransactionTimeout(Duration.ofMillis(4)).withIdleTimeout(Duration.ofMillis(3));
        List<Future<List<String>>> runs = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            String name = "t" + thread;
            runs.add(threads.submit(() -> transactions(hasty, name)));
        }
        List<String> expected = new ArrayList<>();
        for (Future<List<String>> run : runs) {
            expected.addAll(run.get(40, TimeUnit.SECONDS));
        }
        writeByTheNode("zzz");
        expected.add("zzz");
        assertThat(node.committed()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private List<String> transactions(DataSourceOptions options, String name) throws SQLException {
        List<String> committed = new ArrayList<>();
        int lost = 0;
        try (Connection connection = node.begin(options)) {
            for (int i = 0; i < 400 || (lost == 0 && i < 4000); i++) {
                List<String> written = new ArrayList<>();
                int rows = 1 + i % 25 + Math.max(0, i - 400); // on a fast machine, until one takes too long
                try {
                    for (int row = 0; row < rows; row++) {
                        String id = name + "-" + i + "-" + row;
                        add(connection, id);
                        written.add(id);
                    }
                    connection.commit();
                    committed.addAll(written);
                } catch (SQLTransactionRollbackException e) {
                    lost++;
                    connection.rollback();
                }
            }
        }
        assertThat(lost).as("transactions taken back").isPositive();
        assertThat(committed).isNotEmpty();
        return committed;
    }

    @Test
    void twoThreadsOnOneConnectionTakeTurns() throws Exception {
        try (Connection connection = node.connect()) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                String name = "t" + thread;
                runs.add(threads.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        try {
                            add(connection, name + "-" + i);
                            ids(connection);
                        } catch (SQLException e) {
                            failure.set(e);
                        }
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get(30, TimeUnit.SECONDS);
            }
            assertThat(failure.get()).isNull();
            assertThat(ids(connection)).hasSize(400);
        }
    }
}
