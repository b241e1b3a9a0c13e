package dev.corrosion.benchmarks;

import dev.corrosion.ActorId;
import dev.corrosion.AwaitTimeoutException;
import dev.corrosion.Corrosion;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import reactor.core.Disposable;

/**
 * When a node first shows each of the writes of the others.
 *
 * <p>A write is <em>readable</em> once {@link Corrosion#await} has returned for its version: a query that begins now
 * returns it. One thread for each other node waits for its versions in order, so one that overtakes another counts from
 * when both are there. A write is <em>pushed</em> once a subscriber of {@link Corrosion#live} has been given a result
 * with it, or with a later write of the same row.
 */
final class Sightings implements AutoCloseable {

    /** After how long a wait is renewed, so that none outlives this for long. */
    private static final Duration WAIT = Duration.ofSeconds(2);

    private static final long POLL_MILLIS = 10;

    /** Writes of a node that are followed: from which version and which number on, and how many. */
    private record Followed(ActorId actor, long version, long number, int count) {

        static Followed parse(String word) {
            String[] parts = word.split("[=:]", -1);
            return new Followed(
                    ActorId.parse(parts[0]),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    Integer.parseInt(parts[3]));
        }
    }

    private final Corrosion node;
    private final int self;
    private final List<Followed> followed;
    private final List<AtomicLongArray> readable;
    private final List<AtomicLongArray> pushed;
    private final Disposable subscription;
    private volatile boolean closed;

    /** @param words one for each node: actor=version:number:count */
    Sightings(Corrosion node, int self, List<String> words) {
        this.node = node;
        this.self = self;
        this.followed = words.stream().map(Followed::parse).toList();
        this.readable =
                followed.stream().map(one -> new AtomicLongArray(one.count())).toList();
        this.pushed =
                followed.stream().map(one -> new AtomicLongArray(one.count())).toList();
        for (int i = 0; i < followed.size(); i++) {
            if (i != self) {
                watch(i);
            }
        }
        this.subscription = node.live(Statement.of("SELECT node, slot, n FROM " + PropagationNode.TABLE))
                .subscribe(this::pushed);
    }

    private void watch(int origin) {
        Thread thread = new Thread(() -> await(followed.get(origin), readable.get(origin)), "watch-" + origin);
        thread.setDaemon(true);
        thread.start();
    }

    private void await(Followed origin, AtomicLongArray times) {
        int next = 0;
        while (next < origin.count() && !closed) {
            try {
                node.await(origin.actor(), origin.version() + next, WAIT);
                times.set(next, System.nanoTime());
                next++;
            } catch (AwaitTimeoutException e) {
                // Not here yet: wait again.
            }
        }
    }

    private void pushed(List<Row> rows) {
        long now = System.nanoTime();
        for (Row row : rows) {
            int origin = (int) row.getLong("node");
            Followed writes = followed.get(origin);
            AtomicLongArray times = pushed.get(origin);
            // Those that this one has overwritten are no longer to be seen.
            for (long at = row.getLong("n") - writes.number(); at >= 0; at -= PropagationNode.SLOTS) {
                if (at >= times.length() || !times.compareAndSet((int) at, 0, now)) {
                    break;
                }
            }
        }
    }

    /** When they were readable, then when they were pushed, node by node; 0 for what did not come in time. */
    String report(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isComplete() && System.nanoTime() < deadline) {
            Thread.sleep(POLL_MILLIS);
        }
        close();
        List<String> all = new ArrayList<>();
        for (int origin = 0; origin < followed.size(); origin++) {
            append(readable.get(origin), all);
            append(pushed.get(origin), all);
        }
        return String.join(" ", all);
    }

    private static void append(AtomicLongArray times, List<String> all) {
        for (int i = 0; i < times.length(); i++) {
            all.add(Long.toString(times.get(i)));
        }
    }

    /** Looks from the end: what came last completes it. */
    private boolean isComplete() {
        for (int origin = 0; origin < followed.size(); origin++) {
            for (int i = followed.get(origin).count() - 1; origin != self && i >= 0; i--) {
                if (readable.get(origin).get(i) == 0 || pushed.get(origin).get(i) == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        closed = true;
        subscription.dispose();
    }
}
