package dev.corrosion.discovery.registration;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Where the status of an instance comes from.
 *
 * @param health what is asked
 * @param interval how often
 * @param timeout how long a look may take before the instance counts as DOWN
 */
public record HealthSource(ApplicationHealth health, Duration interval, Duration timeout) {

    HealthFollower follow(Consumer<HealthReport> listener) {
        return new HealthFollower(health, interval, timeout, listener);
    }
}
