package dev.corrosion.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

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

    /**
     * Runs the action; fails if it takes more than an input of so many bytes may. What takes too much is run once more, since
     * classes may have been loaded, and instrumented, meanwhile.
     */
    public static void check(int inputBytes, Runnable action) {
        Used used = measure(action);
        if (used.exceeds(inputBytes)) {
            used = measure(action);
        }
        if (used.exceeds(inputBytes)) {
            throw new AssertionError(inputBytes + " bytes took " + used.bytes + " bytes and " + used.nanos
                    + " ns, where " + memory(inputBytes) + " and " + TIME.toNanos() + " are allowed");
        }
    }

    private static Used measure(Runnable action) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long nanos = THREADS.getCurrentThreadCpuTime();
        action.run();
        return new Used(THREADS.getCurrentThreadAllocatedBytes() - bytes, THREADS.getCurrentThreadCpuTime() - nanos);
    }

    private record Used(long bytes, long nanos) {

        boolean exceeds(int inputBytes) {
            return bytes > memory(inputBytes) || nanos > TIME.toNanos();
        }
    }

    private static long memory(int inputBytes) {
        return FIXED_BYTES + BYTES_PER_BYTE * inputBytes;
    }
}
