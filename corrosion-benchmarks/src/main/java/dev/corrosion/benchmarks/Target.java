package dev.corrosion.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What a figure should be.
 *
 * @param name name of the figure
 * @param bound the worst that meets it
 * @param atLeast whether larger is better
 * @param format how the figure is printed
 */
record Target(String name, double bound, boolean atLeast, String format) {

    static final List<Target> STORE = List.of(
            atMost("insert-1.ratio", 1.8, "%.2f"),
            atMost("insert-1000.ratio", 2.8, "%.2f"),
            atMost("update-1.ratio", 2.0, "%.2f"),
            atMost("update-1000.ratio", 2.5, "%.2f"),
            atMost("delete-1000.ratio", 4.0, "%.2f"),
            atMost("file-size.ratio", 1.7, "%.2f"),
            atMost("merge-new.cpu", 5.0, "%.2f us"),
            atMost("merge-again.cpu", 2.5, "%.2f us"),
            atLeast("writers-8.full.ratio", 3.0, "%.2f"),
            atLeast("writers-8.normal.rate", 10_000, "%.0f/s"),
            atMost("heap.growth", 1.1, "%.2f"));

    /** For five nodes on one machine, at 100 writes a second altogether. */
    static final List<Target> PROPAGATION = List.of(
            atMost("readable.p99", 10, "%.2f ms"),
            atMost("idle.cpu", 1, "%.2f %%"),
            atMost("idle.heap", 64, "%.1f MiB"),
            atMost("paced.heap", 64, "%.1f MiB"));

    static final List<Target> SUBSCRIPTIONS = List.of(
            atMost("subscriptions-1.commit-to-event.p99", 5, "%.2f ms"),
            atMost("subscriptions-10000.commit-to-event.p99", 10, "%.2f ms"),
            atMost("subscriptions-10000.matchless", 20, "%.1f us"),
            atMost("subscriptions-10000.heap", 10, "%.2f KB"));

    /** For five processes on one machine. */
    static final List<Target> DISCOVERY = List.of(
            atMost("lookup", 1000, "%.0f ns"),
            atMost("lookup.allocated", 0, "%.1f bytes"),
            atMost("registration-to-visible.p99", 50, "%.2f ms"),
            atMost("stop-to-invisible.p99", 50, "%.2f ms"),
            atMost("kill-to-invisible.p99", 5000, "%.0f ms"),
            atMost("idle.writes", 0, "%.0f"));

    /** Calls that may fail, of 500 a second at three servers. */
    static final List<Target> ROLLING = List.of(
            atMost("reactive.restart", 0, "%.0f"),
            atMost("reactive.kill.after-detection", 0, "%.0f"),
            atMost("reactive.retry", 0, "%.0f"),
            atMost("blocking.restart", 0, "%.0f"),
            atMost("blocking.kill.after-detection", 0, "%.0f"),
            atMost("blocking.retry", 0, "%.0f"),
            atMost("feign.restart", 0, "%.0f"),
            atMost("feign.kill.after-detection", 0, "%.0f"),
            atMost("feign.retry", 0, "%.0f"));

    private static Target atMost(String name, double bound, String format) {
        return new Target(name, bound, false, format);
    }

    private static Target atLeast(String name, double bound, String format) {
        return new Target(name, bound, true, format);
    }

    String judge(double value) {
        boolean met = atLeast ? value >= bound : value <= bound;
        return String.format(
                Locale.ROOT, format + " (target " + format + ": %s)", value, bound, met ? "met" : "missed");
    }
}
