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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Gathers {@link NodeStatus} from the parts of a node. */
final class StatusReport {

    private StatusReport() {}

    static NodeStatus of(
            CorrosionOptions options,
            Instant startedAt,
            InetSocketAddress address,
            String security,
            Replica replica,
            Database database,
            Ledger ledger,
            Membership membership,
            Applier applier,
            TombstoneCollector tombstones,
            Subscriptions subscriptions,
            NodeCounters counters) {
        return new NodeStatus(
                replica.actorId(),
                options.name(),
                address,
                startedAt,
                database.file(),
                database.bytes(),
                security,
                membership.members().stream().map(MemberRecord::toMember).toList(),
                replica.tables().stream().map(ReplicatedTable::name).sorted().toList(),
                versions(database, ledger),
                subscriptions.status(),
                counters.snapshot(),
                problems(database, membership, applier, tombstones),
                warnings(database, applier));
    }

    private static Map<ActorId, NodeStatus.Versions> versions(Database database, Ledger ledger) {
        Map<ActorId, List<Long>> partial = database.read(PartialVersions::list);
        Map<ActorId, NodeStatus.Versions> versions = new TreeMap<>();
        ledger.snapshot()
                .forEach((actor, held) -> versions.put(actor, versions(held, partial.getOrDefault(actor, List.of()))));
        return versions;
    }

    private static NodeStatus.Versions versions(ActorVersions held, List<Long> partial) {
        List<NodeStatus.Range> gaps = held.gaps().ranges().stream()
                .map(range -> new NodeStatus.Range(range.first(), range.last()))
                .toList();
        return new NodeStatus.Versions(held.head(), gaps, partial);
    }

    private static List<String> warnings(Database database, Applier applier) {
        List<String> warnings = new ArrayList<>(applier.rejections());
        warnings.addAll(database.read(Replica::parked));
        return warnings;
    }

    private static List<String> problems(
            Database database, Membership membership, Applier applier, TombstoneCollector tombstones) {
        List<String> problems = new ArrayList<>();
        membership.identityConflict().ifPresent(problems::add);
        tombstones.problem().ifPresent(problems::add);
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
