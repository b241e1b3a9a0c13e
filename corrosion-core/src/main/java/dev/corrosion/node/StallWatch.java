package dev.corrosion.node;

import dev.corrosion.store.Occupation;
import dev.corrosion.store.Occupation.Stretch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the threads on which all depends get on with their work. One that is at one thing for too long is logged, once,
 * with what it is at; and again when that has ended.
 */
final class StallWatch implements AutoCloseable {

    /** From when on a thread stalls: no event should take more than milliseconds, and writes are stopped earlier by default. */
    static final Duration THRESHOLD = Duration.ofSeconds(5);

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(StallWatch.class);

    private final Map<String, Occupation> watched;
    private final LongAdder stalls;
    private final Runnable stop;

    /** By name; only while it looks. */
    private final Map<String, Stretch> reported = new LinkedHashMap<>();

    private volatile List<String> current = List.of();

    /**
     * Begins at once.
     *
     * @param watched by what people call them
     * @param stalls counts them
     */
    StallWatch(Host host, Map<String, Occupation> watched, LongAdder stalls) {
        this.watched = Map.copyOf(watched);
        this.stalls = stalls;
        this.stop = host.every("watch", INTERVAL, () -> look(System.nanoTime()));
    }

    /** @param now as {@link System#nanoTime} has it */
    void look(long now) {
        List<String> stalled = new ArrayList<>();
        watched.forEach((name, occupation) -> {
            Stretch at = occupation.current().orElse(null);
            Stretch known = reported.get(name);
            if (known != null && !known.equals(at)) {
                reported.remove(name);
                log.warn("the {} goes on", name);
            }
            if (at != null && now - at.since() > THRESHOLD.toNanos()) {
                long seconds = TimeUnit.NANOSECONDS.toSeconds(now - at.since());
                stalled.add("the " + name + " has been at one thing for " + seconds + " s; the log says what it is");
                if (reported.putIfAbsent(name, at) == null) {
                    stalls.increment();
                    log.warn("the {} has been at one thing for {} s:{}", name, seconds, stack(at.thread()));
                }
            }
        });
        current = List.copyOf(stalled);
    }

    private static String stack(Thread thread) {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append(System.lineSeparator()).append("\tat ").append(frame);
        }
        return text.toString();
    }

    /** Which threads stall now, in words. */
    List<String> stalled() {
        return current;
    }

    @Override
    public void close() {
        stop.run();
    }
}
