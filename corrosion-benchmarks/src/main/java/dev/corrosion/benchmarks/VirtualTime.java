package dev.corrosion.benchmarks;

import java.util.PriorityQueue;

/** Runs what was scheduled in order of its time, and at equal times in order of its scheduling. */
final class VirtualTime {

    private record Task(long at, long number, Runnable body) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long scheduled;
    private long now;

    long now() {
        return now;
    }

    void schedule(long delay, Runnable body) {
        tasks.add(new Task(now + delay, scheduled++, body));
    }

    /** Runs everything up to this time. */
    void runUntil(long end) {
        Task next = tasks.peek();
        while (next != null && next.at() <= end) {
            tasks.remove();
            now = next.at();
            next.body().run();
            next = tasks.peek();
        }
        now = end;
    }
}
