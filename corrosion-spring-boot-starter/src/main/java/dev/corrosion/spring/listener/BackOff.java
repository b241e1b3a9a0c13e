package dev.corrosion.spring.listener;

import java.time.Duration;

/** Waits that double, from the first to the last. */
record BackOff(Duration first, Duration last) {

    /** Enough to get from a millisecond to a week; more would overflow. */
    private static final long MAX_DOUBLINGS = 30;

    /** How long to wait when so many tries in a row have failed before this one. */
    Duration after(long failuresBefore) {
        Duration wait = first.multipliedBy(1L << Math.min(failuresBefore, MAX_DOUBLINGS));
        return wait.compareTo(last) < 0 ? wait : last;
    }
}
