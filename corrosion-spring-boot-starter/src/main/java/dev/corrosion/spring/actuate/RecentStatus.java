package dev.corrosion.spring.actuate;

import dev.corrosion.NodeStatus;
import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The status, taken once per scrape and not once per meter: collecting it may read the database. */
final class RecentStatus {

    private static final long MAX_AGE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<NodeStatus> source;
    private final Clock clock;
    private @Nullable NodeStatus status;
    private long takenAt;

    RecentStatus(Supplier<NodeStatus> source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    synchronized NodeStatus get() {
        NodeStatus current = status;
        long now = clock.monotonicTime();
        if (current == null || now - takenAt > MAX_AGE_NANOS) {
            current = source.get();
            status = current;
            takenAt = now;
        }
        return current;
    }
}
