package dev.corrosion.discovery.registration;

import dev.corrosion.discovery.registration.CatalogWriter.Withdrawal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Registers this application when it is ready for traffic and not before, and removes it when it begins to stop, before
 * the web server drains: callers must be gone while the server still answers those that are not.
 *
 * <p>Two things must hold to be registered: the context runs, and the application accepts traffic. Each may come and go
 * (a context can be paused, an application can refuse traffic for a while); the registration follows.
 */
public final class CorrosionAutoServiceRegistration implements AutoServiceRegistration, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(CorrosionAutoServiceRegistration.class);

    private final ApplicationContext context;
    private final CorrosionServiceRegistry registry;
    private final CorrosionRegistration registration;
    private final Supplier<Optional<CorrosionRegistration>> management;
    private final RegistrationCallbacks callbacks;
    private final RegistrationRules rules;
    private final @Nullable HealthFollower health;
    private boolean running;
    private boolean acceptsTraffic;
    private List<CorrosionRegistration> registered = List.of();

    /** Whether all that should be registered is. */
    private boolean complete;

    private Mono<Long> announced = Mono.empty();

    /**
     * Makes it; nothing happens before the context starts.
     *
     * @param management the registration of the management server, if there is one; asked when the application is ready
     * @param callbacks told before and after each registration and deregistration
     * @param health whose status is registered, if any
     */
    public CorrosionAutoServiceRegistration(
            ApplicationContext context,
            CorrosionServiceRegistry registry,
            CorrosionRegistration registration,
            Supplier<Optional<CorrosionRegistration>> management,
            RegistrationCallbacks callbacks,
            RegistrationRules rules,
            @Nullable HealthSource health) {
        this.context = context;
        this.registry = registry;
        this.registration = registration;
        this.management = management;
        this.callbacks = callbacks;
        this.rules = rules;
        this.health = health == null ? null : health.follow(report -> registry.health(registration, report));
    }

    /** Readiness of this application, whoever says so, but not of a child context. */
    @EventListener
    public void onAvailability(AvailabilityChangeEvent<?> event) {
        boolean ofOtherContext = event.getSource() instanceof ApplicationContext other && other != context;
        if (ofOtherContext) {
            return;
        }
        if (event.getState() instanceof ReadinessState state) {
            readiness(state);
        } else if (health != null) {
            health.look();
        }
    }

    private synchronized void readiness(ReadinessState state) {
        acceptsTraffic = state == ReadinessState.ACCEPTING_TRAFFIC;
        follow();
    }

    @Override
    public synchronized void start() {
        running = true;
        follow();
    }

    @Override
    public synchronized void stop() {
        running = false;
        follow();
        if (health != null) {
            health.stop(); // also if a registration began and failed
        }
    }

    @Override
    public void stop(Runnable callback) {
        stop();
        announced().doFinally(signal -> callback.run()).subscribe();
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    @Override
    public boolean isAutoStartup() {
        return rules.automatic();
    }

    /** The last to start and the first to stop. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    private synchronized Mono<Long> announced() {
        return announced;
    }

    private synchronized void follow() {
        boolean wanted = running && acceptsTraffic;
        if (wanted && !complete) {
            register();
        } else if (!wanted && !registered.isEmpty()) {
            deregister();
        }
    }

    private void register() {
        try {
            registerAll();
        } catch (RuntimeException e) {
            if (rules.failFast()) {
                throw e;
            }
            log.warn("{} could not be registered; will try again", registration, e);
            Mono.delay(RegistrationRules.RETRY, Schedulers.boundedElastic()).subscribe(tick -> follow());
        }
    }

    private void registerAll() {
        context.publishEvent(new InstancePreRegisteredEvent(this, registration));
        callbacks.beforeRegister(registration);
        registry.register(registration, healthNow());
        List<CorrosionRegistration> done = new ArrayList<>(List.of(registration));
        registered = List.copyOf(done);
        callbacks.afterRegister(registration);
        management.get().ifPresent(extra -> {
            callbacks.beforeRegisterManagement(extra);
            registry.register(extra, HealthReport.UP);
            done.add(extra);
            registered = List.copyOf(done);
            callbacks.afterRegisterManagement(extra);
        });
        complete = true;
        context.publishEvent(new InstanceRegisteredEvent<>(this, registration));
    }

    /** Nobody asks about the health of what is not registered. */
    private HealthReport healthNow() {
        if (health == null) {
            return HealthReport.UP;
        }
        health.start();
        return health.now();
    }

    /** Never throws: the application stops, whatever the database or a callback says. A failure is tried again. */
    private void deregister() {
        List<CorrosionRegistration> leaving = registered;
        complete = false;
        if (health != null) {
            health.stop();
        }
        each(leaving, callbacks::beforeDeregister, callbacks::beforeDeregisterManagement);
        try {
            long began = System.nanoTime();
            Withdrawal heard = registry.withdraw(leaving, !rules.deregister(), rules.deregisterDelay());
            registered = List.of();
            announced = wait(rules.rest(heard, Duration.ofNanos(System.nanoTime() - began)));
        } catch (RuntimeException e) {
            log.warn("{} could not be deregistered; will try again at the end", registration, e);
        }
        each(leaving, callbacks::afterDeregister, callbacks::afterDeregisterManagement);
    }

    /** Counts from now, whoever waits for it. */
    private static Mono<Long> wait(Duration rest) {
        if (rest.isZero()) {
            return Mono.empty();
        }
        Mono<Long> wait = Mono.delay(rest).cache();
        wait.subscribe();
        return wait;
    }

    private void each(
            List<CorrosionRegistration> registrations,
            Consumer<CorrosionRegistration> ofService,
            Consumer<CorrosionRegistration> ofManagement) {
        for (CorrosionRegistration each : registrations) {
            (each == registration ? ofService : ofManagement).accept(each);
        }
    }
}
