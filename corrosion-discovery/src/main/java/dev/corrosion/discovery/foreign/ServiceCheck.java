package dev.corrosion.discovery.foreign;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A check of an instance.
 *
 * @param id unique on the node
 * @param initial what holds until the first result
 * @param deregisterAfter how long the instance may be critical by this check before it is removed; null for ever
 */
public record ServiceCheck(
        String id,
        CheckKind kind,
        CheckStatus initial,
        @Nullable Duration deregisterAfter) {

    /** Longest id. */
    public static final int MAX_ID = 256;

    public ServiceCheck {
        if (id.isBlank() || id.length() > MAX_ID) {
            throw new IllegalArgumentException("a check needs an id of at most " + MAX_ID + " characters");
        }
        if (deregisterAfter != null && (deregisterAfter.isZero() || deregisterAfter.isNegative())) {
            throw new IllegalArgumentException("the check's DeregisterCriticalServiceAfter is " + deregisterAfter
                    + ", but must be longer than nothing");
        }
    }
}
