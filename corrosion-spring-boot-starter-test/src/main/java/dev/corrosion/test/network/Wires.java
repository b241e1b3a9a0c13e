package dev.corrosion.test.network;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of a network, its faults, and who listens where. Everything else of a network runs on its thread. */
final class Wires implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Wires.class);

    /** After how long a peer that cannot be reached is given up: much sooner than by QUIC, so that tests do not wait. */
    static final Duration UNREACHABLE_AFTER = Duration.ofMillis(100);

    /** What a lost packet of a stream takes longer. */
    private static final Duration RETRANSMISSION = Duration.ofMillis(30);

    /** How often a packet of a stream is lost at most. */
    private static final int MAX_RETRANSMISSIONS = 20;

    private static final int CLOSE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor thread;
    private final long seed;
    private final Map<InetSocketAddress, Port> ports = new ConcurrentHashMap<>();

    /** Of each way one for packets that are lost and one for those that come late: the first does not depend on the second. */
    private final Map<Way, Random> losses = new HashMap<>();

    private final Map<Way, Random> retransmissions = new HashMap<>();
    private volatile Faults faults = Faults.NONE;

    Wires(long seed) {
        this.seed = seed;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "corrosion-test-network");
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRemoveOnCancelPolicy(true);
    }

    Faults faults() {
        return faults;
    }

    void faults(Faults now) {
        faults = now;
    }

    /** Any thread. */
    void run(Runnable task) {
        in(0, task);
    }

    /** Any thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // tasks log what they throw
    void in(long nanos, Runnable task) {
        try {
            thread.schedule(() -> guarded(task), nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("the network is closed, a message is dropped");
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("a message could not be handled", e);
        }
    }

    void plug(Port port) {
        if (ports.putIfAbsent(port.address(), port) != null) {
            throw new IllegalStateException("another node listens at " + port.address());
        }
    }

    void unplug(Port port) {
        ports.remove(port.address(), port);
    }

    @Nullable Port at(InetSocketAddress address) {
        return ports.get(address);
    }

    /** Whether what is on its way there arrives. Whether who sent it is still there does not matter. */
    boolean isOpen(Way way) {
        return ports.containsKey(way.to()) && !faults.isCut(way);
    }

    /** Whether the next datagram of this way is lost. */
    boolean loses(Way way) {
        // Drawn also if nothing can be lost, so that the same ones are whenever the fault begins.
        double drawn = losses.computeIfAbsent(way, key -> random(key, 1)).nextDouble();
        return drawn < faults.loss();
    }

    long datagramDelay(Way way) {
        return faults.delay(way).toNanos();
    }

    /** Streams repeat what is lost, which takes time. */
    long streamDelay(Way way) {
        Faults now = faults;
        long delay = now.delay(way).toNanos();
        if (now.loss() > 0) {
            Random random = retransmissions.computeIfAbsent(way, key -> random(key, 2));
            for (int i = 0; i < MAX_RETRANSMISSIONS && random.nextDouble() < now.loss(); i++) {
                delay += RETRANSMISSION.toNanos();
            }
        }
        return delay;
    }

    private Random random(Way way, int purpose) {
        return new Random(
                seed * 1_000_003 + way.from().getPort() * 65_537L + way.to().getPort() * 31L + purpose);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("the thread of the test network did not end within {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
