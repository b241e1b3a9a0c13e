package dev.corrosion.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.DataSourceOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens at the same time, no connection stays open. */
@Timeout(60)
class ReadersTest {

    private static final DataSourceOptions OPTIONS = DataSourceOptions.defaults();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Queue<Connection> opened = new ConcurrentLinkedQueue<>();
    private final String url;

    ReadersTest(@TempDir Path directory) {
        url = "jdbc:sqlite:" + directory.resolve("x.db");
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        timer.shutdownNow();
    }

    private Readers open() {
        return new Readers(
                () -> {
                    try {
                        Connection connection = DriverManager.getConnection(url);
                        opened.add(connection);
                        return connection;
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                },
                timer);
    }

    private long leftOpen() throws SQLException {
        long open = 0;
        for (Connection connection : opened) {
            open += connection.isClosed() ? 0 : 1;
        }
        return open;
    }

    @Test
    void whatIsTakenBackWhileItIsLentIsNotLost() throws Exception {
        Readers readers = open();
        AtomicBoolean done = new AtomicBoolean();
        List<Future<?>> borrowers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            borrowers.add(threads.submit(() -> {
                while (!done.get()) {
                    readers.lend(false, OPTIONS).rollBack();
                }
                return null;
            }));
        }
        Future<?> writer = threads.submit(() -> {
            for (int i = 0; i < 20_000; i++) {
                if (readers.pauseAfter(Duration.ZERO, "in the way")) {
                    readers.resume();
                }
            }
        });
        writer.get();
        done.set(true);
        for (Future<?> borrower : borrowers) {
            borrower.get();
        }
        assertThat(opened).hasSizeLessThanOrEqualTo(Readers.MAX_READERS);
        readers.close();
        assertThat(leftOpen()).isZero();
    }

    @Test
    void whatIsGivenBackWhileItClosesIsClosed() throws Exception {
        for (int round = 0; round < 3000; round++) {
            Readers readers = open();
            Lease lease = readers.lend(false, OPTIONS);
            CyclicBarrier together = new CyclicBarrier(2);
            Future<?> borrower = threads.submit(() -> {
                together.await();
                lease.rollBack();
                return null;
            });
            together.await();
            readers.close();
            borrower.get(10, TimeUnit.SECONDS);
            assertThat(leftOpen()).isZero();
            opened.clear();
        }
    }
}
