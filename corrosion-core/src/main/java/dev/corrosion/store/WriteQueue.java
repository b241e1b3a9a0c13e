package dev.corrosion.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions that wait for the writer, by lane. The lane that has used the least of the writer's time is served
 * next, so under full load each gets the same share, and one that was idle has saved up nothing (start-time fair
 * queueing: Goyal, Vin, Cheng, 1997). Thread-safe.
 */
final class WriteQueue {

    /** As how much one transaction counts at most, so that a lane is never shut out for longer because of one. */
    static final long MAX_CHARGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Logger log = LoggerFactory.getLogger(WriteQueue.class);

    private static final class Waiting {
        private final ArrayDeque<Job<?>> jobs = new ArrayDeque<>();
        private long used;
    }

    private final Map<Lane, Waiting> lanes = new EnumMap<>(Lane.class);

    /** What the lane that is served had used when its turn came. */
    private long virtualTime;

    private boolean closing;
    private boolean stopped;
    private @Nullable Supplier<DatabaseClosedException> ended;

    WriteQueue() {
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new Waiting());
        }
    }

    private Waiting of(Lane lane) {
        Waiting waiting = lanes.get(lane);
        if (waiting == null) {
            throw new IllegalStateException("no such lane: " + lane);
        }
        return waiting;
    }

    /**
     * Takes its place behind those of its lane.
     *
     * @throws OverloadedException if too many wait there
     * @throws DatabaseClosedException if nothing is taken any more
     */
    synchronized void add(Job<?> job) {
        if (ended != null) {
            throw ended.get();
        }
        if (closing) {
            throw new DatabaseClosedException("the database is closed");
        }
        Waiting waiting = of(job.lane());
        if (waiting.jobs.size() >= job.lane().maxWaiting) {
            throw new OverloadedException(
                    "overloaded: " + waiting.jobs.size() + " writes are waiting; try again later");
        }
        startOf(waiting);
        waiting.jobs.add(job);
        notifyAll();
    }

    private void startOf(Waiting waiting) {
        if (waiting.jobs.isEmpty()) {
            waiting.used = Math.max(waiting.used, virtualTime);
        }
    }

    /** Puts those back at the head, in their order, that have to run once more. All of the same lane. */
    synchronized void putBack(List<Job<?>> jobs) {
        for (int i = jobs.size() - 1; i >= 0; i--) {
            Waiting waiting = of(jobs.get(i).lane());
            startOf(waiting);
            waiting.jobs.addFirst(jobs.get(i));
        }
    }

    synchronized void remove(Job<?> job) {
        of(job.lane()).jobs.remove(job);
    }

    /** Waits for the next; null when all is done and nothing more will come, or after {@link #stop}. */
    synchronized @Nullable Job<?> next() {
        while (!stopped) {
            Waiting chosen = null;
            for (Waiting waiting : lanes.values()) {
                if (!waiting.jobs.isEmpty() && (chosen == null || waiting.used < chosen.used)) {
                    chosen = waiting;
                }
            }
            if (chosen != null) {
                virtualTime = chosen.used;
                return chosen.jobs.poll();
            }
            if (closing) {
                return null;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                // The thread is the writer's own and ends by close(); a task's stray interrupt must not end it.
                log.debug("the writer was interrupted", e);
            }
        }
        return null;
    }

    /** The next of the lane if it is there and may share a transaction. */
    synchronized @Nullable Job<?> nextShared(Lane lane) {
        ArrayDeque<Job<?>> jobs = of(lane).jobs;
        Job<?> first = stopped ? null : jobs.peek();
        return first != null && first.mayShare() ? jobs.poll() : null;
    }

    synchronized int waiting(Lane lane) {
        return of(lane).jobs.size();
    }

    /** How long a turn of the lane took. */
    synchronized void spent(Lane lane, long nanos) {
        of(lane).used += Math.max(1, Math.min(nanos, MAX_CHARGE_NANOS));
    }

    /** Takes no more; {@link #next} gives what is there. */
    synchronized void close() {
        closing = true;
        notifyAll();
    }

    /** Gives nothing more, whatever waits; to be followed by {@link #end}. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    /** Takes no more, for this reason. Returns what was there. */
    synchronized List<Job<?>> end(Supplier<DatabaseClosedException> reason) {
        ended = reason;
        List<Job<?>> left = new ArrayList<>();
        for (Waiting waiting : lanes.values()) {
            left.addAll(waiting.jobs);
            waiting.jobs.clear();
        }
        return left;
    }
}
