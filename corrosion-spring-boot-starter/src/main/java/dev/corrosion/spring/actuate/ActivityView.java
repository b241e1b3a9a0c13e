package dev.corrosion.spring.actuate;

import dev.corrosion.NodeActivity;
import dev.corrosion.NodeMetric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link NodeActivity} as plain values.
 *
 * @param sync anti-entropy since the node was opened
 * @param storage sizes in bytes
 * @param queues all that may wait, with their bounds
 * @param latencies how long things took in the last one to two minutes
 * @param links links that are open
 * @param stalls threads that are at one thing for too long
 */
public record ActivityView(
        SyncView sync,
        StorageView storage,
        List<QueueView> queues,
        List<LatencyView> latencies,
        int links,
        List<String> stalls) {

    /** See {@link NodeActivity.Sync}. */
    public record SyncView(
            boolean synced,
            long completed,
            long failed,
            @Nullable Instant last) {}

    /** See {@link NodeActivity.Storage}. */
    public record StorageView(
            long fileBytes,
            long walBytes,
            long journalBytes,
            @Nullable Long freeBytes) {}

    /** See {@link NodeActivity.Queue}; bounds of 0 are none. */
    public record QueueView(String name, long length, long maxLength, long bytes, long maxBytes) {}

    /**
     * See {@link NodeActivity.Latency}; in milliseconds.
     *
     * @param meter name of the meter, with its tag
     * @param count since the node was opened
     */
    public record LatencyView(String meter, long count, double median, double p99, double max) {}

    static ActivityView of(NodeActivity activity) {
        NodeActivity.Sync sync = activity.sync();
        NodeActivity.Storage storage = activity.storage();
        return new ActivityView(
                new SyncView(
                        sync.synced(),
                        sync.completed(),
                        sync.failed(),
                        sync.last().orElse(null)),
                new StorageView(
                        storage.fileBytes(),
                        storage.walBytes(),
                        storage.journalBytes(),
                        storage.freeBytes().orElse(null)),
                activity.queues().stream()
                        .map(queue -> new QueueView(
                                queue.name(), queue.length(), queue.maxLength(), queue.bytes(), queue.maxBytes()))
                        .toList(),
                activity.latencies().stream().map(ActivityView::view).toList(),
                activity.connections(),
                activity.stalls());
    }

    private static LatencyView view(NodeActivity.Latency latency) {
        return new LatencyView(
                NodeMetric.id(latency.what().meter(), latency.what().tags()),
                latency.count(),
                millis(latency.median()),
                millis(latency.p99()),
                millis(latency.max()));
    }

    /** With three digits behind the point. */
    static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e3) / 1e3;
    }
}
