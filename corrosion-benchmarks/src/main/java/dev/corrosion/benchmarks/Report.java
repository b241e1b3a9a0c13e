package dev.corrosion.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what was measured, and keeps what a target speaks of for the end. */
final class Report {

    private final PrintStream out;
    private final Map<String, Double> results = new LinkedHashMap<>();

    Report(PrintStream out) {
        this.out = out;
    }

    /** A figure of the environment or of a single subject. */
    void line(String name, String format, Object... values) {
        out.println(name + ": " + String.format(Locale.ROOT, format, values));
        out.flush();
    }

    /** A figure that a target may speak of, under the name that the target has. */
    void result(String name, double value) {
        results.put(name, value);
    }

    /** One line for each of these targets whose figure is there. */
    void targets(List<Target> targets) {
        for (Target target : targets) {
            Double value = results.get(target.name());
            if (value != null) {
                line(target.name(), "%s", target.judge(value));
            }
        }
    }

    /** The middle one, or the mean of the two in the middle. */
    static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(null);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
