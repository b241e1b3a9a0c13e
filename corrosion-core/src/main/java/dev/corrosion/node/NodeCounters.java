package dev.corrosion.node;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a node counts, by meter name. Thread-safe. */
final class NodeCounters {

    private final Map<String, LongAdder> counters = new LinkedHashMap<>();

    final LongAdder writes = counter("corrosion.writes");
    final LongAdder versionsApplied = counter("corrosion.versions.applied");
    final LongAdder changesApplied = counter("corrosion.changes.applied");
    final LongAdder batchesApplied = counter("corrosion.apply.batches");
    final LongAdder versionsRejected = counter("corrosion.versions.rejected");
    final LongAdder versionsRefused = counter("corrosion.versions.refused");
    final LongAdder syncRounds = counter("corrosion.sync.rounds");
    final LongAdder syncFailures = counter("corrosion.sync.failures");
    final LongAdder messagesRejected = counter("corrosion.messages.rejected");
    final LongAdder framesShed = counter("corrosion.frames.shed");
    final LongAdder framesOfChanges = counter("corrosion.broadcast.frames");
    final LongAdder duplicates = counter("corrosion.broadcast.duplicates");
    final LongAdder versionsDropped = counter("corrosion.broadcast.dropped");
    final LongAdder linksRefused = counter("corrosion.links.refused");

    final LongAdder stalls = counter("corrosion.stalls");

    final LongAdder tombstonesCollected = counter("corrosion.tombstones.collected");

    final LongAdder snapshotsInstalled = counter("corrosion.snapshots.installed");
    final LongAdder rowsLeftOut = counter("corrosion.snapshots.rows.left.out");

    final LongAdder verifyRounds = counter("corrosion.verify.rounds");
    final LongAdder verifyFailures = counter("corrosion.verify.failures");
    final LongAdder verifyBytes = counter("corrosion.verify.bytes");
    final LongAdder rowsCompared = counter("corrosion.verify.rows");
    final LongAdder rowsDiverged = counter("corrosion.verify.rows.diverged");
    final LongAdder rowsRepaired = counter("corrosion.verify.rows.repaired");

    private LongAdder counter(String name) {
        LongAdder counter = new LongAdder();
        counters.put(name, counter);
        return counter;
    }

    Map<String, Long> snapshot() {
        Map<String, Long> values = new LinkedHashMap<>();
        counters.forEach((name, counter) -> values.put(name, counter.sum()));
        return values;
    }
}
