package dev.corrosion.discovery;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.spring.LiveStreams;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.ServiceInstance;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * The catalogue of services, live. Lookups read a snapshot in memory: they never block and go on answering when all
 * other nodes are gone.
 *
 * <p>One feed keeps the snapshot: the table {@code services} combined with the members of the cluster. The snapshot is
 * read once when this is made, so that it answers from the beginning. If the feed fails, the last snapshot stays and the
 * feed is tried again.
 */
public final class CorrosionDiscovery implements AutoCloseable {

    /** A node that has been up for this long has heard of all members if it has heard of one. */
    private static final Duration SETTLE_TIME = Duration.ofSeconds(10);

    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(CorrosionDiscovery.class);

    private final Corrosion corrosion;
    private final LiveStreams liveStreams;
    private final String nodeId;
    private final Sinks.Many<Catalog> catalogs = Sinks.many().replay().latest();
    private final Disposable feed;
    private volatile Catalog catalog;
    private volatile @Nullable Throwable failure;

    /** Reads the catalogue and begins to follow it. {@code corrosion} stays open when this is closed. */
    public CorrosionDiscovery(Corrosion corrosion, LiveStreams liveStreams) {
        this.corrosion = corrosion;
        this.liveStreams = liveStreams;
        NodeStatus status = corrosion.status();
        this.nodeId = status.actorId().toString();
        this.catalog = catalog(
                corrosion.query(Statement.of(CatalogRow.QUERY)), view(startedMillis(), status.members(), false));
        catalogs.tryEmitNext(catalog).orThrow();
        this.feed = feed().subscribe(this::update);
    }

    /**
     * The instances of a service that may be called, now and whenever they change. Completes when the application begins
     * to stop. A subscriber that does not keep up skips to the latest.
     */
    public Flux<List<ServiceInstance>> watch(String serviceId) {
        return liveStreams.untilStop(snapshots(Schedulers.boundedElastic())
                .map(now -> now.instances(serviceId))
                .distinctUntilChanged());
    }

    /**
     * The services that are there now, each with all of its instances as added, and then every change. Completes when
     * the application begins to stop. A subscriber that does not keep up gets fewer, larger changes.
     */
    public Flux<ServiceChangedEvent> changes() {
        Flux<Catalog> fromNothing = snapshots(Schedulers.boundedElastic()).startWith(Catalog.EMPTY);
        return liveStreams.untilStop(steps(fromNothing, Catalog.EMPTY).concatMapIterable(Step::changes));
    }

    /** What has changed since, and then each change, together if it changed together. Goes on while the application stops. */
    Flux<Step> changesSince(Catalog base, Scheduler scheduler) {
        return steps(snapshots(scheduler), base);
    }

    Catalog catalog() {
        return catalog;
    }

    /** Passes if the snapshot follows changes, else says why it does not. */
    void probe() {
        Throwable cause = failure;
        if (cause != null) {
            throw new CorrosionException("the service catalogue does not follow changes: " + cause.getMessage(), cause);
        }
    }

    @Override
    public void close() {
        feed.dispose();
        catalogs.tryEmitComplete();
    }

    private Flux<Catalog> snapshots(Scheduler scheduler) {
        return catalogs.asFlux().onBackpressureLatest().publishOn(scheduler, 1);
    }

    private static Flux<Step> steps(Flux<Catalog> snapshots, Catalog base) {
        return snapshots.scan(new Step(base, List.of()), Step::to).filter(step -> !step.changes()
                .isEmpty());
    }

    private Flux<Catalog> feed() {
        Flux<Boolean> settled = Flux.defer(this::settled);
        // Asked anew with each node of a context that is stopped and started: members begin again then.
        Flux<Catalog.View> views = Flux.combineLatest(
                corrosion.members(), settled, (members, isSettled) -> view(startedMillis(), members, isSettled));
        return Flux.combineLatest(corrosion.live(Statement.of(CatalogRow.QUERY)), views, CorrosionDiscovery::catalog)
                .doOnNext(now -> failure = null)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_RETRY)
                        .maxBackoff(LAST_RETRY)
                        .transientErrors(true)
                        .scheduler(Schedulers.boundedElastic()) // a new try reads the database
                        .doBeforeRetry(retry -> failed(retry.failure())));
    }

    private Flux<Boolean> settled() {
        Duration rest = SETTLE_TIME.minusMillis(System.currentTimeMillis() - startedMillis());
        return rest.isNegative()
                ? Flux.just(true)
                : Mono.delay(rest).thenReturn(true).flux().startWith(false);
    }

    private void failed(Throwable cause) {
        failure = cause;
        log.warn("The service catalogue cannot follow changes at present; it will try again", cause);
    }

    private void update(Catalog now) {
        if (!now.equals(catalog)) {
            catalog = now;
            catalogs.tryEmitNext(now).orThrow();
        }
    }

    private long startedMillis() {
        return corrosion.status().startedAt().toEpochMilli();
    }

    private Catalog.View view(long startedMillis, List<Member> members, boolean settled) {
        return new Catalog.View(nodeId, startedMillis, members, settled);
    }

    private static Catalog catalog(List<Row> rows, Catalog.View view) {
        return Catalog.of(
                rows.stream().map(CatalogRow::of).filter(Objects::nonNull).toList(), view);
    }

    /** A snapshot and how it differs from the one before. */
    record Step(Catalog catalog, List<ServiceChangedEvent> changes) {

        private Step to(Catalog next) {
            return new Step(next, next.changesSince(catalog));
        }
    }
}
