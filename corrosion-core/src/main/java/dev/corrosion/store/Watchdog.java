package dev.corrosion.store;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at everything that has a deadline, a few times a second. Work comes and goes far more often than it is late, so
 * that costs less than a timer for each. While there is nothing to watch, the thread sleeps.
 */
final class Watchdog implements AutoCloseable {

    /** By how much something may be late. */
    static final long TICK_MILLIS = 20;

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    /** Something that may be late. */
    interface Watched {
        /** Called again and again while it is watched, with what {@link System#nanoTime} says. */
        void check(long now);
    }

    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean asleep;
    private final CountDownLatch closed = new CountDownLatch(1);

    Watchdog() {
        thread = new Thread(this::work, "corrosion-deadlines");
        thread.setDaemon(true);
        thread.start();
    }

    void watch(Watched one) {
        watched.add(one);
        if (asleep) {
            wake();
        }
    }

    void forget(Watched one) {
        watched.remove(one);
    }

    private synchronized void wake() {
        notifyAll();
    }

    private void work() {
        try {
            while (!closed.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                checkAll();
                awaitSomething();
            }
        } catch (InterruptedException e) {
            log.error("nobody interrupts this thread: deadlines are no longer enforced", e);
        }
    }

    private void checkAll() {
        long now = System.nanoTime();
        for (Watched one : watched) {
            try {
                one.check(now);
            } catch (Throwable e) { // an Error, too, must not end all deadlines
                log.error("a deadline could not be enforced", e);
            }
        }
    }

    private synchronized void awaitSomething() throws InterruptedException {
        asleep = true; // before the look at what there is, as watch() does it the other way round
        while (watched.isEmpty() && closed.getCount() > 0) {
            wait();
        }
        asleep = false;
    }

    @Override
    public void close() {
        closed.countDown();
        wake();
    }
}
