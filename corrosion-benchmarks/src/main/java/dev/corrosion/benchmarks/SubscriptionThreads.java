package dev.corrosion.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The CPU time of the threads of this process, by what they are for. The JVM's own threads, which compile and collect, are
 * not among them. One thread at a time.
 */
final class SubscriptionThreads {

    /** What threads are for. */
    enum Group {
        /** The one that asks. */
        CALLER,
        WRITER,
        SUBSCRIPTIONS,
        OTHERS;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Those that have been seen. */
    private final Map<Long, Group> groups = new HashMap<>();

    /** In nanoseconds. What ended threads have used is missing. */
    Map<Group, Long> cpu() {
        long[] ids = THREADS.getAllThreadIds();
        long[] times = THREADS.getThreadCpuTime(ids);
        Map<Group, Long> sums = new EnumMap<>(Group.class);
        for (int i = 0; i < ids.length; i++) {
            if (times[i] > 0) {
                sums.merge(groups.computeIfAbsent(ids[i], SubscriptionThreads::group), times[i], Long::sum);
            }
        }
        return sums;
    }

    private static Group group(long id) {
        if (id == Thread.currentThread().getId()) {
            return Group.CALLER;
        }
        var thread = THREADS.getThreadInfo(id);
        String name = thread == null ? "" : thread.getThreadName();
        if (name.equals("corrosion-writer")) {
            return Group.WRITER;
        }
        return name.startsWith("corrosion-subscriptions") ? Group.SUBSCRIPTIONS : Group.OTHERS;
    }
}
