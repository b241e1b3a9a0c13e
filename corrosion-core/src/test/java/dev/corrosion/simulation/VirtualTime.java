package dev.corrosion.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.PriorityQueue;

/** What is to happen, in order of time and, at one time, of arrival. Nothing happens but by {@link #step}. */
public final class VirtualTime {

    /** When every world begins. */
    private static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");

    private record Entry(long at, long order, Runnable task) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
        }
    }

    private final PriorityQueue<Entry> agenda = new PriorityQueue<>();
    private long now;
    private long order;

    /** Nanoseconds since the beginning. */
    public long now() {
        return now;
    }

    public void in(Duration delay, Runnable task) {
        agenda.add(new Entry(now + Math.max(0, delay.toNanos()), order++, task));
    }

    /** Does what is next, if that is not after the time; returns whether there was anything. */
    public boolean step(long until) {
        Entry next = agenda.peek();
        if (next == null || next.at() > until) {
            now = Math.max(now, until);
            return false;
        }
        agenda.remove();
        now = next.at();
        next.task().run();
        return true;
    }

    /** A clock on the wall of a host. */
    Clock clock(Duration skew) {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Instant instant() {
                return BEGINNING.plus(skew).plusNanos(now);
            }
        };
    }
}
