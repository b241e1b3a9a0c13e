package dev.corrosion.test;

import dev.corrosion.CorrosionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Asks again and again until something is so. */
final class Waiting {

    private static final Duration POLL = Duration.ofMillis(5);

    /** What is missing, in words; empty if nothing is. */
    @FunctionalInterface
    interface Condition {
        List<String> missing();
    }

    private Waiting() {}

    /** @throws AssertionError with this message if the time is up */
    static void until(Duration timeout, Condition condition, Function<List<String>, String> message) {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<String> missing = condition.missing();
        while (!missing.isEmpty()) {
            if (System.nanoTime() - deadline >= 0) {
                throw new AssertionError(message.apply(missing));
            }
            LockSupport.parkNanos(POLL.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new CorrosionException("interrupted while waiting for a test cluster", null);
            }
            missing = condition.missing();
        }
    }
}
