package dev.corrosion.discovery.registration;

import dev.corrosion.discovery.registration.CatalogWriter.Withdrawal;
import java.time.Duration;

/**
 * How an application is registered.
 *
 * @param automatic whether it follows the readiness of the application; else somebody calls start and stop
 * @param deregister whether the row is removed at the stop; else it stays, as DOWN
 * @param failFast whether a registration that fails is thrown at the application; else it is tried again
 * @param deregisterDelay how long the application goes on serving at most after it was removed
 */
public record RegistrationRules(boolean automatic, boolean deregister, boolean failFast, Duration deregisterDelay) {

    /** How long to go on when all others have it on their disks: they take it up, and calls that are on their way arrive. */
    static final Duration SETTLE = Duration.ofMillis(100);

    /** After how long a registration that failed is tried again. */
    static final Duration RETRY = Duration.ofSeconds(1);

    /**
     * How long to go on after a withdrawal.
     *
     * @param passed how long that has taken
     */
    Duration rest(Withdrawal heard, Duration passed) {
        Duration rest = deregisterDelay.minus(passed);
        if (heard == Withdrawal.NOBODY || rest.isNegative()) {
            return Duration.ZERO;
        }
        return heard == Withdrawal.HEARD && SETTLE.compareTo(rest) < 0 ? SETTLE : rest;
    }
}
