package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeStatus;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.PartialVersions;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Gathers {@link NodeStatus} from the parts of a node. */
final class StatusReport {

    /** After how long an incomplete version is worth a warning. */
    private static final Duration LONG_PARTIAL = Duration.ofMinutes(1);

    /** Warnings of incomplete versions, for each actor. */
    private static final int MAX_PARTIAL_WARNINGS = 5;

    private StatusReport() {}

    static NodeStatus of(NodeParts parts) {
        Database database = parts.database();
        Map<ActorId, NodeStatus.Versions> versions = versions(database, parts.ledger());
        NodeActivity activity = ActivityReport.of(parts);
        return new NodeStatus(
                parts.replica().actorId(),
                parts.options().name(),
                parts.transport().address(),
                parts.startedAt(),
                database.file(),
                database.bytes(),
                parts.security().describe(),
                parts.membership().members().stream()
                        .map(MemberRecord::toMember)
                        .toList(),
                parts.replica().tables().stream()
                        .map(ReplicatedTable::name)
                        .sorted()
                        .toList(),
                versions,
                parts.subscriptions().status(),
                parts.counters().snapshot(),
                activity.problems().values().stream().flatMap(List::stream).toList(),
                warnings(parts, versions),
                parts.verifier().last(),
                activity,
                parts.security().certificates());
    }

    private static Map<ActorId, NodeStatus.Versions> versions(Database database, Ledger ledger) {
        Map<ActorId, SortedMap<Long, Long>> partial = database.read(PartialVersions::list);
        Map<ActorId, NodeStatus.Versions> versions = new TreeMap<>();
        ledger.snapshot()
                .forEach((actor, held) ->
                        versions.put(actor, versions(held, partial.getOrDefault(actor, Collections.emptySortedMap()))));
        return versions;
    }

    private static NodeStatus.Versions versions(ActorVersions held, SortedMap<Long, Long> partial) {
        List<NodeStatus.Range> gaps = held.gaps().ranges().stream()
                .map(range -> new NodeStatus.Range(range.first(), range.last()))
                .toList();
        return new NodeStatus.Versions(
                held.head(),
                gaps,
                partial.entrySet().stream()
                        .map(version ->
                                new NodeStatus.Partial(version.getKey(), Instant.ofEpochMilli(version.getValue())))
                        .toList());
    }

    private static List<String> warnings(NodeParts parts, Map<ActorId, NodeStatus.Versions> versions) {
        Instant now = parts.clock().instant();
        List<String> warnings = new ArrayList<>(parts.applier().rejections());
        versions.forEach((actor, held) -> held.partial().stream()
                .filter(partial -> partial.since().isBefore(now.minus(LONG_PARTIAL)))
                .limit(MAX_PARTIAL_WARNINGS)
                .forEach(partial -> warnings.add("version " + partial.version() + " of " + actor
                        + " has been here in part since " + partial.since()
                        + ": it is asked for again, but nobody who is connected has the rest")));
        warnings.addAll(parts.database().read(Replica::parked));
        warnings.addAll(parts.verifier().warnings());
        warnings.addAll(parts.stalls().stalled());
        warnings.addAll(parts.security().warnings(now));
        return warnings;
    }
}
