package dev.corrosion.benchmarks;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import reactor.core.Disposable;

/** A node with a table of services, of which row i is of service i modulo their number. */
final class SubscriptionNode implements AutoCloseable {

    /** One more than can be subscribed to: the last is nobody's. */
    private static final int SERVICES = SubscriptionOptions.MAX_SUBSCRIPTIONS + 1;

    private static final String SCHEMA =
            "CREATE TABLE services (id INTEGER PRIMARY KEY NOT NULL, service TEXT, address TEXT,"
                    + " port INTEGER); CREATE INDEX services_service ON services (service);";
    private static final String QUERY = "SELECT id, address, port FROM services WHERE service = ?";
    private static final int ROWS_PER_WRITE = 10_000;
    private static final int MAX_PORT = 60_000;
    private static final int TIMEOUT_SECONDS = 120;

    private final Corrosion corrosion;

    /** @param directory for its file alone */
    SubscriptionNode(Path directory, int rows) {
        this.corrosion = Corrosion.open(CorrosionOptions.builder()
                .database(directory.resolve("corrosion.db"))
                .schema(SCHEMA)
                .host("127.0.0.1")
                .port(0)
                .build());
        for (int first = 0; first < rows; first += ROWS_PER_WRITE) {
            write(Statement.of(
                    "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) INSERT INTO services"
                            + " SELECT i, 'service-' || (i % ?), '10.0.0.' || (i % 250), 8080 FROM n",
                    first, Math.min(rows, first + ROWS_PER_WRITE), SERVICES));
        }
    }

    void write(Statement statement) {
        corrosion.write(statement);
    }

    /** Changes the first row of one of the first services. */
    void writeTo(int services, Random random) {
        change(random.nextInt(services), random);
    }

    /** Changes the first row of one of the services after the first ones; if there are fewer rows, none. */
    void writeBeyond(int services, Random random) {
        change(services + random.nextInt(SERVICES - services), random);
    }

    private void change(int id, Random random) {
        write(Statement.of("UPDATE services SET port = ? WHERE id = ?", random.nextInt(MAX_PORT), id));
    }

    /** Subscribes to the first services, each by itself, as durable subscriptions or not, and waits until all have their rows. */
    List<Disposable> subscribe(int services, boolean durable, Consumer<SubscriptionEvent.RowChange> changes)
            throws InterruptedException {
        dev.corrosion.SubscriptionOptions options = durable
                ? dev.corrosion.SubscriptionOptions.DEFAULT.durable()
                : dev.corrosion.SubscriptionOptions.DEFAULT;
        CountDownLatch begun = new CountDownLatch(services);
        List<Disposable> subscriptions = new ArrayList<>(services);
        for (int i = 0; i < services; i++) {
            subscriptions.add(corrosion
                    .subscribe(Statement.of(QUERY, "service-" + i), options)
                    .subscribe(
                            event -> {
                                if (event instanceof SubscriptionEvent.EndOfQuery) {
                                    begun.countDown();
                                } else if (event instanceof SubscriptionEvent.RowChange change) {
                                    changes.accept(change);
                                }
                            },
                            failure -> {
                                throw new BenchmarkException("a subscription failed", failure);
                            }));
        }
        if (!begun.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new BenchmarkException(begun.getCount() + " subscriptions have not begun");
        }
        return subscriptions;
    }

    @Override
    public void close() {
        corrosion.close();
    }
}
