package dev.corrosion.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What decoding may take: memory in proportion to the input, and little time. Measured for the calling thread. */
public final class Budget {

    /** Classes that are loaded, exceptions with their traces. */
    private static final long FIXED_BYTES = 1 << 20;

    /** All that is allocated, garbage too; a text of one byte takes most, since it has a decoder of its own. */
    private static final long BYTES_PER_BYTE = 512;

    /** A whole second of the processor would be 1000 times what the largest input of a fuzzer takes. */
    private static final Duration TIME = Duration.ofSeconds(1);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Budget() {}

    /** Runs the action; fails if it takes more than an input of so many bytes may. */
    public static void check(int inputBytes, Runnable action) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long time = THREADS.getCurrentThreadCpuTime();
        try {
            action.run();
        } finally {
            requireBounded("bytes", THREADS.getCurrentThreadAllocatedBytes() - allocated, memory(inputBytes));
            requireBounded("ns", THREADS.getCurrentThreadCpuTime() - time, TIME.toNanos());
        }
    }

    private static long memory(int inputBytes) {
        return FIXED_BYTES + BYTES_PER_BYTE * inputBytes;
    }

    private static void requireBounded(String unit, long used, long allowed) {
        if (used > allowed) {
            throw new AssertionError("decoding took " + used + " " + unit + ", where " + allowed + " are allowed ("
                    + TimeUnit.NANOSECONDS.toMillis(TIME.toNanos()) + " ms, and memory in proportion to the input)");
        }
    }
}
