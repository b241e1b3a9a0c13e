package dev.corrosion.discovery.registration;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** Watches the rows of this node and has the registry write again what others removed. */
final class RegistrationKeeper {

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(RegistrationKeeper.class);

    private RegistrationKeeper() {}

    /** Runs until disposed of. */
    static Disposable start(CorrosionServiceRegistry registry) {
        return registry.ownRows()
                .publishOn(Schedulers.boundedElastic(), 1)
                .doOnNext(rows -> registry.reassert())
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_RETRY)
                        .maxBackoff(LAST_RETRY)
                        .transientErrors(true)
                        .scheduler(Schedulers.boundedElastic()) // a new try reads the database
                        .doBeforeRetry(retry -> log.warn(
                                "Cannot check the registrations of this node at present; will try again",
                                retry.failure())))
                .subscribe();
    }
}
