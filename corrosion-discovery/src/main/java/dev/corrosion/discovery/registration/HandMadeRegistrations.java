package dev.corrosion.discovery.registration;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/**
 * Lets what was registered by hand go with the application: removed before the web server drains, and registered again if
 * the context is started again. After {@link CorrosionAutoServiceRegistration}, which looks after its own.
 */
public final class HandMadeRegistrations implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(HandMadeRegistrations.class);

    private final CorrosionServiceRegistry registry;
    private final RegistrationRules rules;
    private volatile boolean running;

    /** Looks after those of a registry. */
    public HandMadeRegistrations(CorrosionServiceRegistry registry, RegistrationRules rules) {
        this.registry = registry;
        this.rules = rules;
    }

    @Override
    public void start() {
        running = true;
        registry.resume();
    }

    @Override
    public void stop() {
        suspend();
    }

    @Override
    public void stop(Runnable callback) {
        Duration rest = suspend();
        if (rest.isZero()) {
            callback.run();
        } else {
            Mono.delay(rest).doFinally(signal -> callback.run()).subscribe();
        }
    }

    /** Never throws: the application stops, whatever the database says. */
    private Duration suspend() {
        running = false;
        long began = System.nanoTime();
        try {
            CatalogWriter.Withdrawal heard = registry.suspend(!rules.deregister(), rules.deregisterDelay());
            return rules.rest(heard, Duration.ofNanos(System.nanoTime() - began));
        } catch (RuntimeException e) {
            log.warn("Registrations could not be removed; will try again at the end", e);
            return Duration.ZERO;
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Between {@link CorrosionAutoServiceRegistration} and the web server. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }
}
