package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.registration.Network;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Refuses values that cannot be, with the name of the property; Spring Boot then says where it was set. */
final class RegistrationPropertyRules {

    private static final String PREFIX = "corrosion.discovery.";

    /** A look at the health more often than this would do nothing else. */
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(50);

    /** Longer than any orchestrator waits for a process to end. */
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);

    private RegistrationPropertyRules() {}

    static void check(CorrosionRegistrationProperties properties) {
        Duration delay = properties.deregisterDelay();
        require(
                !delay.isNegative() && delay.compareTo(LONGEST_DELAY) <= 0,
                "deregister-delay",
                delay,
                "must be 0 to " + LONGEST_DELAY.toMinutes() + " minutes");
        CorrosionRegistrationProperties.Health health = properties.health();
        require(
                health.interval().compareTo(SHORTEST_INTERVAL) >= 0,
                "health.interval",
                health.interval(),
                "must be at least " + SHORTEST_INTERVAL.toMillis() + " ms");
        require(
                health.timeout().compareTo(SHORTEST_INTERVAL) >= 0,
                "health.timeout",
                health.timeout(),
                "must be at least " + SHORTEST_INTERVAL.toMillis() + " ms");
        require(
                !properties.management().suffix().isBlank(),
                "management.suffix",
                "",
                "must not be empty: the name would be that of the service");
        networks(properties.preferredNetworks());
    }

    static List<Network> networks(List<String> texts) {
        return texts.stream()
                .map(text -> checked("preferred-networks", text, () -> Network.parse(text)))
                .toList();
    }

    /** What is made of a value; a refusal gets the name of the property. */
    static <T> T checked(String name, @Nullable Object value, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(
                    PREFIX + name, value, "It cannot be: " + e.getMessage() + ".");
        }
    }

    private static void require(boolean right, String name, Object value, String rule) {
        if (!right) {
            throw new InvalidConfigurationPropertyValueException(PREFIX + name, value, "It " + rule + ".");
        }
    }
}
