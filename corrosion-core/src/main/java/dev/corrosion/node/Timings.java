package dev.corrosion.node;

import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionObserver;
import dev.corrosion.NodeActivity;
import dev.corrosion.Operations;
import dev.corrosion.Timing;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long things take: kept for a minute or two, and told to whoever observes. Thread-safe. */
final class Timings {

    private static final Logger log = LoggerFactory.getLogger(Timings.class);

    private final LongSupplier nanoTime;
    private final Map<Timing, RecentDurations> recent = new EnumMap<>(Timing.class);
    private final List<CorrosionObserver> observers = new CopyOnWriteArrayList<>();

    /** @param nanoTime monotonic */
    Timings(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        for (Timing what : Timing.values()) {
            recent.put(what, new RecentDurations(nanoTime));
        }
    }

    /** Nanoseconds of any origin, for {@link #since}. */
    long now() {
        return nanoTime.getAsLong();
    }

    /** It has taken from then, as {@link #now} had it, until now. */
    void since(Timing what, long begun) {
        took(what, now() - begun);
    }

    void took(Timing what, long nanos) {
        long duration = Math.max(0, nanos);
        recentOf(what).record(duration);
        for (CorrosionObserver observer : observers) {
            try {
                observer.took(what, duration);
            } catch (RuntimeException e) {
                log.warn("an observer of the node failed", e);
            }
        }
    }

    private RecentDurations recentOf(Timing what) {
        RecentDurations durations = recent.get(what);
        if (durations == null) {
            throw new IllegalStateException("not measured: " + what);
        }
        return durations;
    }

    synchronized void observe(CorrosionObserver observer) {
        if (observers.size() >= Operations.MAX_OBSERVERS) {
            throw new CorrosionException(
                    "the node has " + Operations.MAX_OBSERVERS + " observers already: let one pass it on to several");
        }
        observers.add(observer);
    }

    List<NodeActivity.Latency> latencies() {
        List<NodeActivity.Latency> latencies = new ArrayList<>();
        recent.forEach((what, durations) -> {
            if (durations.recent() > 0) {
                latencies.add(new NodeActivity.Latency(
                        what, durations.count(), durations.quantile(0.5), durations.quantile(0.99), durations.max()));
            }
        });
        return latencies;
    }
}
