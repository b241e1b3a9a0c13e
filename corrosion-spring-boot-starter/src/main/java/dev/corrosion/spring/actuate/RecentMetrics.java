package dev.corrosion.spring.actuate;

import dev.corrosion.CorrosionException;
import dev.corrosion.NodeMetric;
import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The numbers of a node, read once for each scrape and not once for each meter. While the node is closed counters stay where
 * they are, and other numbers are unknown. Thread-safe.
 */
final class RecentMetrics {

    private static final long MAX_AGE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<List<NodeMetric>> source;
    private final Clock clock;
    private Map<String, NodeMetric> metrics = Map.of();
    private boolean open;
    private boolean read;
    private long readAt;

    RecentMetrics(Supplier<List<NodeMetric>> source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    private void refresh() {
        long now = clock.monotonicTime();
        if (read && now - readAt <= MAX_AGE_NANOS) {
            return;
        }
        read = true;
        readAt = now;
        try {
            metrics = source.get().stream().collect(Collectors.toMap(NodeMetric::id, metric -> metric));
            open = true;
        } catch (CorrosionException e) {
            open = false;
        }
    }

    synchronized double counter(String id) {
        refresh();
        NodeMetric metric = metrics.get(id);
        return metric == null ? 0 : metric.value();
    }

    synchronized double gauge(String id) {
        refresh();
        NodeMetric metric = metrics.get(id);
        return metric == null || !open ? Double.NaN : metric.value();
    }
}
