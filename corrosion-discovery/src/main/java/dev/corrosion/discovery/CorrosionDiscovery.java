package dev.corrosion.discovery;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.spring.LiveStreams;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.ServiceInstance;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The catalogue of services, live. Lookups read a snapshot in memory: they never block and go on answering when all
 * other nodes are gone.
 *
 * <p>One feed keeps the snapshot, change by change, from the tables {@code services} and {@code checks} and the view {@code
 * corrosion_members}. The snapshot is read once when this is made, so that it answers from the beginning. If the feed fails,
 * the last snapshot stays and the feed is tried again.
 *
 * <p>All methods may be called from any thread.
 */
public final class CorrosionDiscovery implements AutoCloseable {

    /** How many listeners there may be at a time; each has a thread. */
    public static final int MAX_LISTENERS = 256;

    private static final Logger log = LoggerFactory.getLogger(CorrosionDiscovery.class);

    private final Corrosion corrosion;
    private final LiveStreams liveStreams;
    private final DiscoveryOptions options;
    private final CatalogFeed feed;
    private final Sinks.Many<Catalog> catalogs = Sinks.many().replay().latest();
    private final List<Consumer<ServiceChangedEvent>> immediate = new CopyOnWriteArrayList<>();
    private final ListenerThreads listeners = new ListenerThreads(MAX_LISTENERS);
    private final Disposable following;
    private volatile Catalog catalog;
    private volatile @Nullable Throwable failure;

    /** The same with {@link DiscoveryOptions#DEFAULT}. */
    public CorrosionDiscovery(Corrosion corrosion, LiveStreams liveStreams) {
        this(corrosion, liveStreams, DiscoveryOptions.DEFAULT);
    }

    /** Reads the catalogue and begins to follow it. {@code corrosion} stays open when this is closed. */
    public CorrosionDiscovery(Corrosion corrosion, LiveStreams liveStreams, DiscoveryOptions options) {
        this.corrosion = corrosion;
        this.liveStreams = liveStreams;
        this.options = options;
        this.feed = new CatalogFeed(corrosion, options);
        this.catalog = feed.read();
        catalogs.tryEmitNext(catalog).orThrow();
        this.following = feed.follow(() -> catalog, this::broken).subscribe(this::update);
    }

    /** The services that have instances for callers, in order. */
    public List<String> services() {
        return catalog.services();
    }

    /** The instances of a service that callers get. Allocates nothing: the list is shared, and the same until it changes. */
    public List<ServiceInstance> instances(String serviceId) {
        return catalog.instances(serviceId);
    }

    /**
     * The best of those that the filter accepts: those that are up; if there is none, those of suspect nodes; if there is
     * none, those that were kept. Query tags of the configuration are not asked for.
     */
    public List<ServiceInstance> instances(String serviceId, InstanceFilter filter) {
        return choose(catalog, serviceId, filter);
    }

    /**
     * The instances of a query.
     *
     * @throws CorrosionException if it fails, or does not select all columns; blocks while SQLite reads
     */
    public List<CorrosionServiceInstance> instances(InstanceQuery query) {
        return feed.instances(corrosion.query(query.statement(options.namespace())));
    }

    /**
     * The instances of a service that callers get, now and whenever they change. Completes when the application begins to
     * stop. A subscriber that does not keep up skips to the latest.
     */
    public Flux<List<ServiceInstance>> watch(String serviceId) {
        return watched(now -> now.instances(serviceId));
    }

    /** The same for {@link #instances(String, InstanceFilter)}. */
    public Flux<List<ServiceInstance>> watch(String serviceId, InstanceFilter filter) {
        return watched(now -> choose(now, serviceId, filter));
    }

    /**
     * The instances of a query, now and whenever they change; one that SQLite does not accept is an error of the flux.
     * Completes when the application begins to stop. A subscriber that does not keep up skips to the latest.
     */
    public Flux<List<CorrosionServiceInstance>> watch(InstanceQuery query) {
        return liveStreams.untilStop(corrosion
                .live(query.statement(options.namespace()))
                .onBackpressureLatest()
                .publishOn(Schedulers.boundedElastic(), 1)
                .map(feed::instances)
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

    /**
     * Calls the listener with the instances of a service that callers get, now and whenever they change, on a thread of its
     * own, so it may block. One that does not keep up skips to the latest; what it throws is logged. Ends with the
     * catalogue, or when what is returned is closed: no call begins after that.
     *
     * @throws IllegalStateException if there are {@value #MAX_LISTENERS} already
     */
    public Listening addListener(String serviceId, Consumer<List<ServiceInstance>> listener) {
        return listen(serviceId, now -> now.instances(serviceId), listener);
    }

    /** The same for {@link #instances(String, InstanceFilter)}. */
    public Listening addListener(String serviceId, InstanceFilter filter, Consumer<List<ServiceInstance>> listener) {
        return listen(serviceId, now -> choose(now, serviceId, filter), listener);
    }

    /**
     * Calls the listener right when the snapshot has changed, before anybody else hears of it, on the thread that all
     * changes wait for: it must not block. For caches that must not lag behind.
     */
    public Listening addImmediateListener(Consumer<ServiceChangedEvent> listener) {
        immediate.add(listener);
        return () -> immediate.remove(listener);
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
        following.dispose();
        catalogs.tryEmitComplete();
        listeners.close();
    }

    private List<ServiceInstance> choose(Catalog now, String serviceId, InstanceFilter filter) {
        return Choice.of(now.entry(serviceId).all(), filter, options.includeUnhealthy());
    }

    private Flux<List<ServiceInstance>> watched(Function<Catalog, List<ServiceInstance>> part) {
        return liveStreams.untilStop(
                snapshots(Schedulers.boundedElastic()).map(part).distinctUntilChanged());
    }

    private Listening listen(
            String serviceId, Function<Catalog, List<ServiceInstance>> part, Consumer<List<ServiceInstance>> listener) {
        return listeners.start(serviceId, catalogs.asFlux().map(part).distinctUntilChanged(), listener);
    }

    private Flux<Catalog> snapshots(Scheduler scheduler) {
        return catalogs.asFlux().onBackpressureLatest().publishOn(scheduler, 1);
    }

    private static Flux<Step> steps(Flux<Catalog> snapshots, Catalog base) {
        return snapshots.scan(new Step(base, List.of()), Step::to).filter(step -> !step.changes()
                .isEmpty());
    }

    private void broken(Throwable cause) {
        if (cause instanceof RowStep.NodeStopped) {
            log.debug("The service catalogue waits for the node to be started again");
        } else if (failure == null) {
            log.warn("The service catalogue cannot follow changes at present; it will try again", cause);
        } else {
            log.warn("The service catalogue still cannot follow changes: {}", cause.toString());
        }
        failure = cause;
    }

    @SuppressWarnings("ReferenceEquality") // the feed hands out the same object if nothing changed
    private void update(Catalog now) {
        failure = null;
        Catalog before = catalog;
        if (now != before) {
            catalog = now;
            if (!immediate.isEmpty()) {
                now.changesSince(before).forEach(this::tellAtOnce);
            }
            catalogs.tryEmitNext(now).orThrow();
        }
    }

    private void tellAtOnce(ServiceChangedEvent event) {
        for (Consumer<ServiceChangedEvent> listener : immediate) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                log.error("A listener failed at a change of service {}", event.serviceId(), e);
            }
        }
    }

    /** A listener that is called; closing it is the end. A second call does nothing. */
    @FunctionalInterface
    public interface Listening extends AutoCloseable {

        @Override
        void close();
    }

    /** A snapshot and how it differs from the one before. */
    record Step(Catalog catalog, List<ServiceChangedEvent> changes) {

        private Step to(Catalog next) {
            return new Step(next, next.changesSince(catalog));
        }
    }
}
