package dev.corrosion.discovery;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Follows the three sources of the catalogue: the instances and the critical checks row by row, and the members. Critical
 * checks of other namespaces are followed, too; they concern nobody.
 */
final class CatalogFeed {

    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private static final Statement CHECKS =
            Statement.of("SELECT instance_id, check_id FROM checks WHERE status = 'CRITICAL'");
    private static final Statement MEMBERS = Statement.of(NodeStandings.QUERY);

    private final Corrosion corrosion;
    private final DiscoveryOptions options;
    private final Statement services;
    private final RowWarnings warnings = new RowWarnings();

    CatalogFeed(Corrosion corrosion, DiscoveryOptions options) {
        this.corrosion = corrosion;
        this.options = options;
        this.services = Statement.of(
                "SELECT " + CatalogRow.COLUMNS + " FROM services WHERE namespace = ?", options.namespace());
    }

    /** The catalogue as it is now. Blocks while SQLite reads. */
    Catalog read() {
        CatalogState state = new CatalogState(options, warnings, Catalog.EMPTY);
        state.members(corrosion.query(MEMBERS));
        state.checks(RowStep.all(corrosion.query(CHECKS)));
        state.services(RowStep.all(corrosion.query(services)));
        return Objects.requireNonNull(state.catalog());
    }

    /**
     * The catalogue, now and after each step, also if it did not change. Never ends: tries again after errors, and when the
     * node is stopped waits for the next.
     *
     * @param known the last catalogue
     * @param broken hears why changes are not followed at present
     */
    Flux<Catalog> follow(Supplier<Catalog> known, Consumer<Throwable> broken) {
        return attempt(known)
                .onErrorResume(RowStep.NodeStopped.class, stopped -> {
                    broken.accept(stopped);
                    return Flux.empty();
                })
                .repeatWhen(
                        ends -> ends.concatMap(end -> corrosion.live(MEMBERS).take(1)))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_RETRY)
                        .maxBackoff(LAST_RETRY)
                        .transientErrors(true)
                        .scheduler(Schedulers.boundedElastic()) // a new try reads the database
                        .doBeforeRetry(retry -> broken.accept(retry.failure())));
    }

    private Flux<Catalog> attempt(Supplier<Catalog> known) {
        return Flux.defer(() -> {
            CatalogState state = new CatalogState(options, warnings, known.get());
            Flux<Runnable> instances = RowStep.follow(corrosion, services).map(step -> () -> state.services(step));
            Flux<Runnable> checks = RowStep.follow(corrosion, CHECKS).map(step -> () -> state.checks(step));
            Flux<Runnable> members = corrosion.live(MEMBERS).map(rows -> () -> state.members(rows));
            // One error when both have ended: a second one would have nobody to go to. What is live does not end with
            // the node.
            Flux<Runnable> rows = Flux.merge(instances, checks).concatWith(Flux.error(RowStep.NodeStopped::new));
            return Flux.merge(rows, members).handle((change, out) -> {
                change.run();
                Catalog now = state.catalog();
                if (now != null) {
                    out.next(now);
                }
            });
        });
    }

    /** The instances of a query, in its order. */
    List<CorrosionServiceInstance> instances(List<Row> rows) {
        return rows.stream().map(this::instance).filter(Objects::nonNull).toList();
    }

    private @Nullable CorrosionServiceInstance instance(Row row) {
        try {
            CatalogRow read = CatalogRow.of(row, new RowWarnings());
            return read == null
                    ? null
                    : read.instance().in(Standing.valueOf(String.valueOf(row.getString("standing"))));
        } catch (NoSuchElementException e) {
            throw new CorrosionException(
                    "a query for instances must select all columns of healthy_instances or service_instances: "
                            + e.getMessage(),
                    e);
        }
    }
}
