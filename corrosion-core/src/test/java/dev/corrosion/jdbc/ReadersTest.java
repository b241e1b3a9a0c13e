package dev.corrosion.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.DataSourceOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens at the same time, no connection stays open. */
class ReadersTest {

    private static final DataSourceOptions OPTIONS = DataSourceOptions.defaults();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<Connection> opened = new ArrayList<>();
    private final String url;

    ReadersTest(@TempDir Path directory) {
        url = "jdbc:sqlite:" + directory.resolve("x.db");
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private Connection open() {
        try {
            Connection connection = DriverManager.getConnection(url);
            opened.add(connection);
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertThatAllAreClosed() throws SQLException {
        assertThat(opened).hasSize(1);
        assertThat(opened.get(0).isClosed()).isTrue();
    }

    @Test
    void whatIsTakenBackAtTheMomentWhenItIsLentIsNotLost() throws SQLException {
        Set<ReaderLease> lent = new CopyOnWriteArraySet<>() {
            private static final long serialVersionUID = 1;

            @Override
            public boolean add(ReaderLease lease) {
                boolean added = super.add(lease);
                lease.takeBack(() -> Failures.rolledBack("in the way"));
                return added;
            }
        };
        Readers readers = new Readers(this::open, timer, new ConcurrentLinkedDeque<>(), lent);
        for (int i = 0; i < 2 * Readers.MAX_READERS; i++) {
            Lease lease = readers.lend(true, OPTIONS);
            assertThatThrownBy(() -> lease.use(Connection::getSchema))
                    .isInstanceOf(SQLTransactionRollbackException.class);
        }
        readers.close();
        assertThatAllAreClosed();
    }

    @Test
    void whatIsGivenBackAtTheMomentWhenAllAreClosedIsClosed() throws SQLException {
        CompletableFuture<Readers> readers = new CompletableFuture<>();
        Deque<Connection> idle = new ConcurrentLinkedDeque<>() {
            private static final long serialVersionUID = 1;

            @Override
            public void addFirst(Connection connection) {
                readers.join().close();
                super.addFirst(connection);
            }
        };
        readers.complete(new Readers(this::open, timer, idle, new CopyOnWriteArraySet<>()));
        readers.join().lend(false, OPTIONS).rollBack();
        assertThatAllAreClosed();
    }
}
