package dev.corrosion.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a process has used up to a moment.
 *
 * @param nanoTime the moment
 * @param cpuNanos CPU time of all its threads
 * @param residentBytes its memory that is in RAM, or 0 where that is not known
 * @param counters of its node
 */
record Usage(long nanoTime, long cpuNanos, long residentBytes, Map<String, Long> counters) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final int KIB = 1024;

    static Usage now(Map<String, Long> counters) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Usage(System.nanoTime(), system.getProcessCpuTime(), readResidentBytes(), counters);
    }

    private static long readResidentBytes() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new BenchmarkException("cannot read " + STATUS, e);
        }
    }

    static long heapAfterCollection() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    /** The share of a core since then, in percent. */
    double cpuPercentSince(Usage before) {
        return 100.0 * (cpuNanos - before.cpuNanos) / (nanoTime - before.nanoTime);
    }

    long countedSince(Usage before, String counter) {
        return counters.getOrDefault(counter, 0L) - before.counters.getOrDefault(counter, 0L);
    }

    String toLine() {
        return nanoTime + " " + cpuNanos + " " + residentBytes + " "
                + counters.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(" "));
    }

    static Usage parse(String line) {
        String[] words = line.split(" ", -1);
        Map<String, Long> counters = new TreeMap<>();
        Arrays.stream(words).skip(3).forEach(word -> {
            int equals = word.lastIndexOf('=');
            counters.put(word.substring(0, equals), Long.parseLong(word.substring(equals + 1)));
        });
        return new Usage(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), counters);
    }
}
