package dev.corrosion.discovery.foreign;

import dev.corrosion.Corrosion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Registers instances that are not on the JVM, on behalf of those who ask this node, and runs their checks. Only changes of a
 * status are written, not each result. What is registered and how it is checked is in the tables, so it outlives a restart of the
 * node; while the node is gone, its instances are out.
 *
 * <p>Thread-safe.
 */
public final class ForeignRegistry implements SmartLifecycle {

    /** Instances of one node. */
    public static final int MAX_SERVICES = 1000;

    /** The source of rows that were asked for through the HTTP API. */
    static final String SOURCE = "api";

    private static final Duration WRITE_AGAIN = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ForeignRegistry.class);

    private final ForeignTable table;
    private final Prober prober;
    private final Scheduler scheduler;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<String, ForeignService> services = new TreeMap<>();

    /** By the id of the check. */
    private final Map<String, Running> checks = new HashMap<>();

    private boolean running;

    /** @param scheduler for timers and for writing what they find; not disposed of here */
    public ForeignRegistry(Corrosion corrosion, Scheduler scheduler, Clock clock, RandomGenerator random) {
        this(corrosion, new Prober(), scheduler, clock, random);
    }

    ForeignRegistry(Corrosion corrosion, Prober prober, Scheduler scheduler, Clock clock, RandomGenerator random) {
        this.table = new ForeignTable(corrosion, SOURCE, clock);
        this.prober = prober;
        this.scheduler = scheduler;
        this.clock = clock;
        this.random = random;
    }

    /** A check at work; guarded by the registry. */
    private static final class Running {

        private final String serviceId;
        private final ServiceCheck check;
        private CheckStatus status;
        private CheckStatus written;
        private String output = "";
        private @Nullable Instant criticalSince;
        private @Nullable Disposable timer;

        Running(String serviceId, ServiceCheck check) {
            this.serviceId = serviceId;
            this.check = check;
            this.status = check.initial();
            this.written = check.initial();
        }

        void cancel() {
            if (timer != null) {
                timer.dispose();
            }
        }
    }

    /**
     * What is known of a check.
     *
     * @param serviceId whose check it is
     */
    public record CheckState(String serviceId, ServiceCheck check, CheckStatus status, String output) {}

    /**
     * Adds an instance, or replaces it.
     *
     * @throws IllegalStateException if there are too many, or a check's id belongs to another instance
     * @throws dev.corrosion.CorrosionException if it cannot be written; then nothing has changed
     */
    public synchronized void register(ForeignService service) {
        if (!services.containsKey(service.id()) && services.size() >= MAX_SERVICES) {
            throw new IllegalStateException("this node has " + MAX_SERVICES + " registered services already");
        }
        for (ServiceCheck check : service.checks()) {
            Running other = checks.get(check.id());
            if (other != null && !other.serviceId.equals(service.id())) {
                throw new IllegalStateException(
                        "the check id " + check.id() + " belongs to the service " + other.serviceId);
            }
        }
        table.put(service);
        cancelChecks(service.id());
        services.put(service.id(), service);
        begin(service);
        log.info("Registered {} as {} for others", service.name(), table.instanceId(service.id()));
    }

    /** Removes an instance; returns whether there was one. */
    public synchronized boolean deregister(String id) {
        if (!services.containsKey(id)) {
            return false;
        }
        table.remove(id);
        services.remove(id);
        cancelChecks(id);
        log.info("Deregistered {}", table.instanceId(id));
        return true;
    }

    /** Takes an instance out by hand, or puts it back; returns whether there is one. */
    public synchronized boolean maintenance(String id, boolean wanted) {
        ForeignService service = services.get(id);
        if (service == null) {
            return false;
        }
        ForeignService changed = withCurrentStatus(service).inMaintenance(wanted);
        table.put(changed);
        services.put(id, changed);
        return true;
    }

    /**
     * An instance reports on itself; returns whether there is such a check.
     *
     * @throws IllegalStateException if the check is not one for reports
     */
    public synchronized boolean report(String checkId, CheckStatus status, String output) {
        Running check = checks.get(checkId);
        if (check == null) {
            return false;
        }
        if (!(check.check.kind() instanceof CheckKind.Ttl ttl)) {
            throw new IllegalStateException(
                    "the check " + checkId + " is one that the node makes; only those with a TTL are reported on");
        }
        result(check, new Prober.Result(status, output));
        later(check, ttl.ttl(), () -> expire(check));
        return true;
    }

    public synchronized List<ForeignService> services() {
        return List.copyOf(services.values());
    }

    /** In the order of the services and of their checks. */
    public synchronized List<CheckState> checks() {
        List<CheckState> states = new ArrayList<>();
        for (ForeignService service : services.values()) {
            for (ServiceCheck check : service.checks()) {
                Running state = checks.get(check.id());
                if (state != null) {
                    states.add(new CheckState(service.id(), check, state.status, state.output));
                }
            }
        }
        return states;
    }

    @Override
    public synchronized void start() {
        if (running) {
            return;
        }
        running = true;
        for (ForeignService service : table.load()) {
            services.put(service.id(), service);
            table.put(service); // in this run of the node
            begin(service);
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        List.copyOf(services.keySet()).forEach(this::cancelChecks);
        services.clear();
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    private void begin(ForeignService service) {
        for (ServiceCheck check : service.checks()) {
            Running state = new Running(service.id(), check);
            if (state.status == CheckStatus.CRITICAL) {
                state.criticalSince = clock.instant();
            }
            checks.put(check.id(), state);
            if (check.kind() instanceof CheckKind.Ttl ttl) {
                later(state, ttl.ttl(), () -> expire(state));
            } else {
                // The checks of a node that starts, or of many instances that were registered at once, spread.
                later(state, interval(check).multipliedBy(random.nextInt(100)).dividedBy(1000), () -> probe(state));
            }
        }
    }

    private ForeignService withCurrentStatus(ForeignService service) {
        List<ServiceCheck> now = service.checks().stream()
                .map(check -> {
                    Running state = checks.get(check.id());
                    return new ServiceCheck(
                            check.id(),
                            check.kind(),
                            state == null ? check.initial() : state.status,
                            check.deregisterAfter());
                })
                .toList();
        return new ForeignService(
                service.id(), service.name(), service.namespace(), service.address(), service.maintenance(), now);
    }

    private void cancelChecks(String serviceId) {
        checks.values().removeIf(check -> {
            boolean ofService = check.serviceId.equals(serviceId);
            if (ofService) {
                check.cancel();
            }
            return ofService;
        });
    }

    private synchronized void expire(Running check) {
        if (isCurrent(check)) {
            result(check, new Prober.Result(CheckStatus.CRITICAL, "no report within the TTL"));
            // Looked at again, so that an instance that stays critical is removed in time.
            later(check, interval(check.check), () -> expire(check));
        }
    }

    private void probe(Running check) {
        Mono.fromFuture(() -> prober.probe(check.check.kind()))
                .publishOn(scheduler) // not on the thread of the connection: a write may wait
                .subscribe(
                        result -> probed(check, result),
                        failure -> probed(check, new Prober.Result(CheckStatus.CRITICAL, failure.toString())));
    }

    private synchronized void probed(Running check, Prober.Result result) {
        if (isCurrent(check)) {
            result(check, result);
            later(check, interval(check.check), () -> probe(check));
        }
    }

    private void result(Running check, Prober.Result result) {
        check.status = result.status();
        check.output = result.output();
        if (check.status != CheckStatus.CRITICAL) {
            check.criticalSince = null;
        } else if (check.criticalSince == null) {
            check.criticalSince = clock.instant();
        }
        if (!removeIfCriticalForLong(check)) {
            write(check);
        }
    }

    /** Only changes: results that say the same again would be writes without end. */
    private synchronized void write(Running check) {
        if (check.status == check.written || checks.get(check.check.id()) != check) {
            return;
        }
        try {
            table.status(check.serviceId, check.check.id(), check.status, check.output);
            check.written = check.status;
            log.info("{} is {} by {}: {}", check.serviceId, check.status, check.check.id(), check.output);
        } catch (RuntimeException e) {
            log.warn("The status of {} could not be written; will try again", check.serviceId, e);
            scheduler.schedule(() -> write(check), WRITE_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean removeIfCriticalForLong(Running check) {
        Duration patience = check.check.deregisterAfter();
        Instant since = check.criticalSince;
        if (patience == null || since == null || since.plus(patience).isAfter(clock.instant())) {
            return false;
        }
        try {
            log.info("{} has been critical for {} by {}", check.serviceId, patience, check.check.id());
            return deregister(check.serviceId);
        } catch (RuntimeException e) {
            log.warn("{} could not be removed; will try again", check.serviceId, e);
            return false;
        }
    }

    private boolean isCurrent(Running check) {
        return running && checks.get(check.check.id()) == check;
    }

    /** Nothing while the context is stopped; its start begins anew. */
    private void later(Running check, Duration delay, Runnable task) {
        check.cancel();
        if (running && checks.get(check.check.id()) == check) {
            check.timer = scheduler.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static Duration interval(ServiceCheck check) {
        CheckKind kind = check.kind();
        if (kind instanceof CheckKind.Http http) {
            return http.interval();
        }
        return kind instanceof CheckKind.Tcp tcp ? tcp.interval() : CheckKind.MIN_INTERVAL;
    }
}
