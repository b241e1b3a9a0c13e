package dev.corrosion.spring.actuate;

import dev.corrosion.Corrosion;
import dev.corrosion.NodeMetric;
import dev.corrosion.Timing;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The meters of the node, which docs/metrics.md describes one by one. */
public final class CorrosionMetrics implements MeterBinder {

    /** Bounds of the buckets of all timers: few, as each is a series of its own. */
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5)
    };

    private final Corrosion corrosion;

    /** Meters hold on to what they read only weakly. */
    private final List<RecentMetrics> bound = new CopyOnWriteArrayList<>();

    public CorrosionMetrics(Corrosion corrosion) {
        this.corrosion = corrosion;
    }

    /** @throws dev.corrosion.CorrosionException if there are {@link dev.corrosion.Operations#MAX_OBSERVERS} registries already */
    @Override
    public void bindTo(MeterRegistry registry) {
        RecentMetrics recent = new RecentMetrics(
                () -> corrosion.operations().metrics(), registry.config().clock());
        bound.add(recent);
        corrosion.operations().metrics().forEach(metric -> register(metric, recent, registry));
        Map<Timing, Timer> timers = new EnumMap<>(Timing.class);
        for (Timing timing : Timing.values()) {
            timers.put(timing, timer(timing, registry));
        }
        corrosion.operations().observe((what, nanos) -> {
            Timer timer = timers.get(what);
            if (timer != null) {
                timer.record(nanos, TimeUnit.NANOSECONDS);
            }
        });
    }

    private static void register(NodeMetric metric, RecentMetrics recent, MeterRegistry registry) {
        String id = metric.id();
        if (metric.kind() == NodeMetric.Kind.COUNTER) {
            FunctionCounter.builder(metric.name(), recent, values -> values.counter(id))
                    .tags(tags(metric.tags()))
                    .description(metric.description())
                    .baseUnit(unit(metric))
                    .register(registry);
        } else {
            Gauge.builder(metric.name(), recent, values -> values.gauge(id))
                    .tags(tags(metric.tags()))
                    .description(metric.description())
                    .baseUnit(unit(metric))
                    .strongReference(true)
                    .register(registry);
        }
    }

    private static @Nullable String unit(NodeMetric metric) {
        return metric.unit().isEmpty() ? null : metric.unit();
    }

    private static Timer timer(Timing timing, MeterRegistry registry) {
        return Timer.builder(timing.meter())
                .tags(tags(timing.tags()))
                .description(timing.description())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static Tags tags(Map<String, String> tags) {
        Tags all = Tags.empty();
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            all = all.and(tag.getKey(), tag.getValue());
        }
        return all;
    }
}
