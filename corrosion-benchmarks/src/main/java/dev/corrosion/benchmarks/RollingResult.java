package dev.corrosion.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What came of some calls.
 *
 * @param calls how many there were
 * @param p50 milliseconds of the answered ones
 * @param p99 milliseconds of the answered ones
 * @param max milliseconds of the answered ones
 * @param failures those that failed
 */
record RollingResult(int calls, double p50, double p99, double max, List<Failure> failures) {

    /**
     * A call that failed.
     *
     * @param begun when it was begun, before an instance was chosen, by the clock of {@link System#nanoTime}
     * @param ended when it failed
     * @param kind one word
     */
    record Failure(long begun, long ended, String kind) {

        static Failure of(long begun, long ended, Throwable thrown) {
            Throwable root = thrown;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            String name = root.getClass().getSimpleName();
            return new Failure(begun, ended, name.isEmpty() ? "Throwable" : name);
        }
    }

    /** How many of each kind. */
    Map<String, Long> kinds() {
        return failures.stream().collect(Collectors.groupingBy(Failure::kind, TreeMap::new, Collectors.counting()));
    }

    /** How many failed although they were begun after that moment. */
    long begunAfter(long nanoTime) {
        return failures.stream()
                .filter(failure -> failure.begun() - nanoTime > 0)
                .count();
    }

    String toLine() {
        return calls + " " + p50 + " " + p99 + " " + max
                + failures.stream()
                        .map(failure -> " " + failure.begun() + ":" + failure.ended() + ":" + failure.kind())
                        .collect(Collectors.joining());
    }

    static RollingResult parse(String line) {
        String[] words = line.split(" ", -1);
        List<Failure> failures = Arrays.stream(words)
                .skip(4)
                .map(word -> {
                    String[] parts = word.split(":", -1);
                    return new Failure(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
                })
                .toList();
        return new RollingResult(
                Integer.parseInt(words[0]),
                Double.parseDouble(words[1]),
                Double.parseDouble(words[2]),
                Double.parseDouble(words[3]),
                failures);
    }
}
