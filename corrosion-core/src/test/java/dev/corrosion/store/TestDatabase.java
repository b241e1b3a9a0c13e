package dev.corrosion.store;

import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A database with a table {@code t (a PRIMARY KEY)}, whose writer can be held up, and that notes what happens. */
final class TestDatabase implements AutoCloseable, ConnectionSetup {

    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    final Database database;

    TestDatabase(Path file) {
        this(file, DatabaseOptions.DEFAULTS);
    }

    TestDatabase(Path file, DatabaseOptions options) {
        this.database = Database.open(file, options, this);
    }

    @Override
    public void configure(Connection connection) throws SQLException {
        run(connection, "CREATE TABLE IF NOT EXISTS t (a PRIMARY KEY)");
        run(connection, "CREATE TABLE IF NOT EXISTS large (id INTEGER PRIMARY KEY, bytes)");
        // a row in it makes COMMIT fail, and nothing before that
        run(connection, "PRAGMA foreign_keys = ON");
        run(connection, "CREATE TABLE IF NOT EXISTS orphan (a REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED)");
    }

    @Override
    public void committed() {
        events.add("commit");
    }

    @Override
    public void rolledBack() {
        events.add("rollback");
    }

    @Override
    public void undone() {
        events.add("undone");
    }

    static long run(Connection connection, String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    /** Inserts this value, and notes when it runs and when it is told of its COMMIT. */
    WriteTask<Integer> insert(int value) {
        return new WriteTask<>() {
            @Override
            public Integer run(Connection connection) throws SQLException {
                events.add("run " + value);
                TestDatabase.run(connection, "INSERT INTO t VALUES (" + value + ")");
                return value;
            }

            @Override
            public void committed(Integer result) {
                events.add("told " + result);
            }
        };
    }

    /** Holds the writer until {@link Hold#release}, and clears the notes then. */
    Hold hold() {
        return new Hold();
    }

    final class Hold {
        private final CountDownLatch release = new CountDownLatch(1);
        private final CompletableFuture<Integer> task;

        Hold() {
            CountDownLatch running = new CountDownLatch(1);
            task = database.writeInternal(new WriteTask<>() {
                @Override
                public Integer run(Connection connection) {
                    running.countDown();
                    await(release);
                    return 0;
                }

                @Override
                public void committed(Integer result) {
                    events.clear();
                }
            });
            await(running);
        }

        void release() {
            release.countDown();
            task.join();
        }
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("waited in vain");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Object> values() {
        List<Row> rows = database.read(c -> Statements.query(c, Statement.of("SELECT a FROM t ORDER BY a")));
        return rows.stream().map(row -> row.get(0)).toList();
    }

    @Override
    public void close() {
        database.close();
    }
}
