package dev.corrosion.spring.listener;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionPlan;
import dev.corrosion.spring.CorrosionTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Runs the methods with {@link CorrosionListener} while the context runs: among the last to start, when the web server
 * does already, and among the first to stop, when everything that they may call is still there. A stop waits for running
 * calls as long as {@code spring.lifecycle.timeout-per-shutdown-phase}.
 */
public final class CorrosionListeners implements SmartLifecycle, AutoCloseable {

    /** More listeners than that wait for each other while all of them are busy. */
    private static final int MAX_THREADS = Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE;

    /** One task for each listener: more cannot wait. */
    private static final int MAX_QUEUED_TASKS_PER_THREAD = Schedulers.DEFAULT_BOUNDED_ELASTIC_QUEUESIZE;

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final CorrosionTemplate template;
    private final BackOff backOff;
    private final Scheduler workers =
            Schedulers.newBoundedElastic(MAX_THREADS, MAX_QUEUED_TASKS_PER_THREAD, "corrosion-listener");
    private final List<Listener> listeners = new ArrayList<>();
    private final List<RunningListener<?>> running = new ArrayList<>();
    private boolean started;

    /**
     * Without listeners.
     *
     * @param firstRetry how long to wait before a method that has failed is called again
     * @param lastRetry the longest that the wait grows to
     */
    public CorrosionListeners(CorrosionTemplate template, Duration firstRetry, Duration lastRetry) {
        this.template = template;
        this.backOff = new BackOff(firstRetry, lastRetry);
    }

    private record Listener(ListenerMethod method, Statement query) {}

    /**
     * Adds one, and starts it if this runs.
     *
     * @throws InvalidListenerException if the query cannot be followed, or its columns do not fit
     */
    synchronized void add(ListenerMethod method, Statement query) {
        try {
            SubscriptionPlan plan = corrosion().explain(query);
            template.requireMappable(method.rowType(), plan.columns());
        } catch (CorrosionException e) {
            throw new InvalidListenerException(method.name(), String.valueOf(e.getMessage()), e);
        }
        Listener listener = new Listener(method, query);
        listeners.add(listener);
        if (started) {
            run(listener);
        }
    }

    private void run(Listener listener) {
        ListenerMethod method = listener.method();
        running.add(new RunningListener<>(
                        method, listener.query(), corrosion(), template.mapper(method.rowType()), workers, backOff)
                .start());
    }

    private Corrosion corrosion() {
        return template.corrosion();
    }

    @Override
    public synchronized void start() {
        if (!started) {
            started = true;
            listeners.forEach(this::run);
        }
    }

    @Override
    public void stop() {
        stopped().onErrorComplete().block(STOP_TIMEOUT);
    }

    @Override
    public void stop(Runnable callback) {
        stopped().doFinally(signal -> callback.run()).subscribe();
    }

    private synchronized Mono<Void> stopped() {
        started = false;
        List<RunningListener<?>> ending = List.copyOf(running);
        running.clear();
        return Mono.whenDelayError(ending.stream().map(RunningListener::stop).toList())
                .doFinally(signal -> ending.forEach(RunningListener::dispose));
    }

    @Override
    public synchronized boolean isRunning() {
        return started;
    }

    /** Interrupts what still runs. */
    @Override
    public synchronized void close() {
        started = false;
        running.forEach(RunningListener::dispose);
        running.clear();
        workers.dispose();
    }
}
