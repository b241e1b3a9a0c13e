package dev.corrosion.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.sql.SQLException;

/**
 * What some work on the calling thread cost.
 *
 * @param cpuMicros thread CPU time per item, in microseconds
 * @param rate items per second of the clock on the wall
 */
record Cost(double cpuMicros, double rate) {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Work on a database. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    static Cost of(long items, Work work) throws SQLException {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        work.run();
        wall = System.nanoTime() - wall;
        cpu = THREADS.getCurrentThreadCpuTime() - cpu;
        return new Cost(cpu / 1e3 / items, items * 1e9 / wall);
    }
}
