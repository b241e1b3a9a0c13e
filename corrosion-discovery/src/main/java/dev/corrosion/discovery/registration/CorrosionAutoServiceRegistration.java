package dev.corrosion.discovery.registration;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistration;
import org.springframework.cloud.client.serviceregistry.RegistrationLifecycle;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

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
    private final List<RegistrationLifecycle<CorrosionRegistration>> callbacks;
    private final Duration deregisterDelay;
    private final BooleanSupplier othersPresent;
    private boolean running;
    private boolean acceptsTraffic;
    private boolean registered;
    private @Nullable Disposable keeper;
    private Mono<Long> announced = Mono.empty();

    /**
     * Makes it; nothing happens before the context starts.
     *
     * @param callbacks told before and after each registration and deregistration
     * @param deregisterDelay how long the application goes on serving after it was removed, so that callers have heard
     * @param othersPresent whether there is anybody to hear
     */
    public CorrosionAutoServiceRegistration(
            ApplicationContext context,
            CorrosionServiceRegistry registry,
            CorrosionRegistration registration,
            List<RegistrationLifecycle<CorrosionRegistration>> callbacks,
            Duration deregisterDelay,
            BooleanSupplier othersPresent) {
        this.context = context;
        this.registry = registry;
        this.registration = registration;
        this.callbacks = List.copyOf(callbacks);
        this.deregisterDelay = deregisterDelay;
        this.othersPresent = othersPresent;
    }

    /** Readiness of this application, whoever says so, but not of a child context. */
    @EventListener
    public synchronized void onReadiness(AvailabilityChangeEvent<ReadinessState> event) {
        boolean ofOtherContext = event.getSource() instanceof ApplicationContext other && other != context;
        if (!ofOtherContext) {
            acceptsTraffic = event.getState() == ReadinessState.ACCEPTING_TRAFFIC;
            follow();
        }
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

    /** The last to start and the first to stop. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    private synchronized Mono<Long> announced() {
        return announced;
    }

    private void follow() {
        boolean wanted = running && acceptsTraffic;
        if (wanted && !registered) {
            register();
        } else if (!wanted && registered) {
            deregister();
        }
    }

    private void register() {
        context.publishEvent(new InstancePreRegisteredEvent(this, registration));
        callbacks.forEach(callback -> callback.postProcessBeforeStartRegister(registration));
        registry.register(registration);
        registered = true;
        keeper = RegistrationKeeper.start(registry);
        callbacks.forEach(callback -> callback.postProcessAfterStartRegister(registration));
        context.publishEvent(new InstanceRegisteredEvent<>(this, registration));
    }

    /** Never throws: the application stops, whatever the database or a callback says. A failure is tried again. */
    private void deregister() {
        callbacks.forEach(callback -> attempt(() -> callback.postProcessBeforeStopRegister(registration)));
        if (keeper != null) {
            keeper.dispose();
            keeper = null;
        }
        if (attempt(() -> registry.deregister(registration))) {
            registered = false;
            if (othersPresent.getAsBoolean()) {
                announced = Mono.delay(deregisterDelay).cache();
                announced.subscribe();
            }
        }
        callbacks.forEach(callback -> attempt(() -> callback.postProcessAfterStopRegister(registration)));
    }

    private boolean attempt(Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException e) {
            log.warn("{} could not be deregistered cleanly", registration, e);
            return false;
        }
    }
}
