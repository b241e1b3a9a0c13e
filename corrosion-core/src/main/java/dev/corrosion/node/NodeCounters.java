package dev.corrosion.node;

import dev.corrosion.NodeMetric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What a node counts, by meter name, and how long things take. Thread-safe. */
final class NodeCounters {

    private record Counter(String name, Map<String, String> tags, String unit, String description, LongAdder value) {}

    private final List<Counter> counters = new ArrayList<>();

    final LongAdder writes = counter("corrosion.writes", "Local transactions committed");
    final LongAdder writesFailed = counter("corrosion.writes.failed", "Local transactions that failed or were refused");
    final LongAdder versionsApplied = counter("corrosion.versions.applied", "Versions of others applied");
    final LongAdder changesApplied = counter("corrosion.changes.applied", "Changes of others applied");
    final LongAdder batchesApplied = counter("corrosion.apply.batches", "Transactions in which they were applied");
    final LongAdder versionsRejected =
            counter("corrosion.versions.rejected", "Attempts to apply a version that does not fit this database");
    final LongAdder versionsRefused =
            counter("corrosion.versions.refused", "Versions that the write rules do not allow their author");
    final LongAdder clocksAhead =
            counter("corrosion.replication.clock.ahead", "Versions whose author's clock is ahead of this node's");
    final LongAdder syncRounds = counter("corrosion.sync.rounds", "Comparisons with peers that were begun");
    final LongAdder syncFailures = counter("corrosion.sync.failures", "Comparisons and fetches that broke off");
    final LongAdder messagesRejected =
            counter("corrosion.messages.rejected", "Messages that are not understood or not allowed");
    final LongAdder messagesTurnedAway = counter(
            "corrosion.messages.turned.away", "Questions and membership packets of members, dropped for want of room");
    final LongAdder framesShed = counter("corrosion.frames.shed", "Frames dropped before they were sent");
    final LongAdder framesOfChanges = counter("corrosion.broadcast.frames", "Frames of changes received");
    final LongAdder duplicates = counter("corrosion.broadcast.duplicates", "Versions received once more");
    final LongAdder versionsDropped =
            counter("corrosion.broadcast.dropped", "Versions not pushed for want of room; they are fetched");
    final LongAdder linksRefused = counter("corrosion.links.refused", "Links refused, by either side");

    final LongAdder stalls = counter("corrosion.stalls", "Threads that were at one thing for too long");

    final LongAdder tombstonesCollected = counter("corrosion.tombstones.collected", "Tombstones dropped");

    final LongAdder snapshotsInstalled =
            counter("corrosion.snapshots.installed", "Copies of a member's database taken over");
    final LongAdder rowsLeftOut =
            counter("corrosion.snapshots.rows.left.out", "Own rows that did not fit a copy that was taken over");

    final LongAdder verifyRounds = counter("corrosion.verify.rounds", "Comparisons of the rows with a member's");
    final LongAdder verifyFailures = counter("corrosion.verify.failures", "Comparisons of the rows that broke off");
    final LongAdder verifyBytes = counter("corrosion.verify.bytes", "bytes", "Read here to compare rows");
    final LongAdder rowsCompared = counter("corrosion.verify.rows", "Rows compared");
    final LongAdder rowsDiverged =
            counter("corrosion.verify.rows.diverged", "Rows that differed although both nodes had the same versions");
    final LongAdder rowsRepaired = counter("corrosion.verify.rows.repaired", "Of these, rows that are the same now");

    final LongAdder joined = swim("joined");
    final LongAdder suspected = swim("suspected");
    final LongAdder refuted = swim("refuted");
    final LongAdder down = swim("down");
    final LongAdder left = swim("left");

    final Traffic traffic = new Traffic((purpose, direction) -> counter(
            "corrosion.traffic." + direction,
            Map.of("purpose", purpose),
            "bytes",
            "Bytes of messages, without headers and encryption, by what they are for"));

    final Timings timings;

    NodeCounters() {
        this(System::nanoTime);
    }

    /** @param nanoTime monotonic */
    NodeCounters(LongSupplier nanoTime) {
        this.timings = new Timings(nanoTime);
    }

    private LongAdder counter(String name, String description) {
        return counter(name, "", description);
    }

    private LongAdder counter(String name, String unit, String description) {
        return counter(name, Map.of(), unit, description);
    }

    private LongAdder swim(String event) {
        return counter(
                "corrosion.swim.events", Map.of("event", event), "", "What membership has found of other members");
    }

    private LongAdder counter(String name, Map<String, String> tags, String unit, String description) {
        LongAdder value = new LongAdder();
        counters.add(new Counter(name, tags, unit, description, value));
        return value;
    }

    /** By {@link NodeMetric#id}. */
    Map<String, Long> snapshot() {
        Map<String, Long> values = new LinkedHashMap<>();
        counters.forEach(counter -> values.put(
                NodeMetric.id(counter.name(), counter.tags()), counter.value().sum()));
        return values;
    }

    List<NodeMetric> metrics() {
        return counters.stream()
                .map(counter -> new NodeMetric(
                        counter.name(),
                        NodeMetric.Kind.COUNTER,
                        counter.unit(),
                        counter.description(),
                        counter.tags(),
                        (double) counter.value().sum()))
                .toList();
    }
}
