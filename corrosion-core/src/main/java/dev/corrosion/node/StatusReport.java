package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.NodeStatus;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.PartialVersions;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.store.Database;
import dev.corrosion.subscription.Subscriptions;
import java.net.InetSocketAddress;
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

    static NodeStatus of(
            CorrosionOptions options,
            Instant startedAt,
            Instant now,
            InetSocketAddress address,
            NodeSecurity security,
            Replica replica,
            Database database,
            Ledger ledger,
            Membership membership,
            Applier applier,
            TombstoneCollector tombstones,
            Subscriptions subscriptions,
            Verifier verifier,
            StallWatch stalls,
            NodeCounters counters) {
        Map<ActorId, NodeStatus.Versions> versions = versions(database, ledger);
        return new NodeStatus(
                replica.actorId(),
                options.name(),
                address,
                startedAt,
                database.file(),
                database.bytes(),
                security.describe(),
                membership.members().stream().map(MemberRecord::toMember).toList(),
                replica.tables().stream().map(ReplicatedTable::name).sorted().toList(),
                versions,
                subscriptions.status(),
                counters.snapshot(),
                problems(database, membership, applier, tombstones, security),
                warnings(database, applier, verifier, stalls, security, versions, now),
                verifier.last(),
                security.certificates());
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

    private static List<String> warnings(
            Database database,
            Applier applier,
            Verifier verifier,
            StallWatch stalls,
            NodeSecurity security,
            Map<ActorId, NodeStatus.Versions> versions,
            Instant now) {
        List<String> warnings = new ArrayList<>(applier.rejections());
        versions.forEach((actor, held) -> held.partial().stream()
                .filter(partial -> partial.since().isBefore(now.minus(LONG_PARTIAL)))
                .limit(MAX_PARTIAL_WARNINGS)
                .forEach(partial -> warnings.add("version " + partial.version() + " of " + actor
                        + " has been here in part since " + partial.since()
                        + ": it is asked for again, but nobody who is connected has the rest")));
        warnings.addAll(database.read(Replica::parked));
        warnings.addAll(verifier.warnings());
        warnings.addAll(stalls.stalled());
        warnings.addAll(security.warnings(now));
        return warnings;
    }

    private static List<String> problems(
            Database database,
            Membership membership,
            Applier applier,
            TombstoneCollector tombstones,
            NodeSecurity security) {
        List<String> problems = new ArrayList<>();
        membership.identityConflict().ifPresent(problems::add);
        tombstones.problem().ifPresent(problems::add);
        problems.addAll(security.problems());
        database.writerFailure()
                .ifPresent(failure -> problems.add(
                        "nothing can be written until the application is restarted: the writer has ended by "
                                + failure));
        if (applier.ownHeadElsewhere() > 0) {
            problems.add(CorrosionNode.OLDER_COPY);
        }
        return problems;
    }
}
