package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.crdt.MergeResult;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.PartialVersions;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.EmptyVersions;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Wire;
import dev.corrosion.store.WriteTask;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies what others have written: changes, ledger and partial versions in one SQLite transaction, so that a version is
 * here as a whole or not at all, and is counted as here only if it is.
 */
final class Applier {

    private static final Logger log = LoggerFactory.getLogger(Applier.class);

    /** Rejected versions that are remembered for people; further ones are counted only. */
    private static final int MAX_REMEMBERED_REJECTIONS = 100;

    /** Told after each commit, on the writer thread. */
    interface Listener {
        /** These user tables have changed. */
        void applied(Set<String> tables);

        /** A peer has shown versions that this node lacks. */
        void lacking(ActorId peer);
    }

    private record VersionId(ActorId actor, long version) {}

    private final Replica replica;
    private final Ledger ledger;
    private final NodeCounters counters;
    private final Listener listener;
    private final Map<VersionId, String> rejections = Collections.synchronizedMap(new LinkedHashMap<>());
    private volatile long ownHeadElsewhere;

    Applier(Replica replica, Ledger ledger, NodeCounters counters, Listener listener) {
        this.replica = replica;
        this.ledger = ledger;
        this.counters = counters;
        this.listener = listener;
    }

    /** What a batch did. */
    static final class Outcome {
        private final Ledger.Update update;
        private final Set<String> tables = new HashSet<>();
        private final Set<ActorId> lacking = new HashSet<>();
        private final List<VersionId> applied = new ArrayList<>();
        private long changes;

        private Outcome(Ledger.Update update) {
            this.update = update;
        }
    }

    /** The transaction that applies a batch; it fails as a whole if one version is rejected. */
    WriteTask<Outcome> task(List<Received> batch) {
        return new WriteTask<>() {
            @Override
            public Outcome run(Connection connection) throws SQLException {
                Outcome outcome = new Outcome(ledger.update());
                for (Received received : batch) {
                    apply(connection, received, outcome);
                }
                outcome.update.store(connection);
                return outcome;
            }

            @Override
            public void committed(Outcome outcome) {
                outcome.update.publish();
                outcome.applied.forEach(rejections::remove);
                counters.versionsApplied.add(outcome.applied.size());
                counters.changesApplied.add(outcome.changes);
                listener.applied(outcome.tables);
                outcome.lacking.forEach(listener::lacking);
            }
        };
    }

    /** It could not be applied; its versions stay gaps and are asked for again. */
    void rejected(Received received, Throwable reason) {
        if (!(received.message() instanceof Changes changes)) {
            log.error("{} could not be recorded", received, reason);
            return;
        }
        for (VersionPart part : changes.parts()) {
            counters.versionsRejected.increment();
            VersionId id = new VersionId(part.actor(), part.version());
            boolean known = rejections.containsKey(id);
            if (known || rejections.size() < MAX_REMEMBERED_REJECTIONS) {
                rejections.put(id, String.valueOf(reason.getMessage()));
            }
            if (!known) {
                log.warn(
                        "version {} of {} cannot be applied and will be asked for again: {}",
                        part.version(),
                        part.actor(),
                        reason.toString());
            }
        }
    }

    /** Versions that were rejected and are still missing, in words. */
    List<String> rejections() {
        synchronized (rejections) {
            return rejections.entrySet().stream()
                    .map(entry -> "version " + entry.getKey().version() + " of "
                            + entry.getKey().actor() + " cannot be applied: " + entry.getValue())
                    .toList();
        }
    }

    /** The highest own version that another node holds and this one does not, or 0. */
    long ownHeadElsewhere() {
        return ownHeadElsewhere;
    }

    private void apply(Connection connection, Received received, Outcome outcome) throws SQLException {
        Message message = received.message();
        if (message instanceof Changes changes) {
            for (VersionPart part : changes.parts()) {
                apply(connection, part, outcome);
                noteLack(received, part.actor(), outcome);
            }
        } else if (message instanceof EmptyVersions empty) {
            if (!isOwn(empty.actor(), 0)) {
                for (VersionRange range : empty.ranges()) {
                    outcome.update.applied(empty.actor(), range.first(), range.last());
                }
            }
        } else if (message instanceof VersionHead head) {
            if (!isOwn(head.actor(), head.version())) {
                outcome.update.heard(head.actor(), head.version());
                noteLack(received, head.actor(), outcome);
            }
        } else {
            throw new CorrosionException("not about versions: " + message);
        }
    }

    private void apply(Connection connection, VersionPart part, Outcome outcome) throws SQLException {
        if (isOwn(part.actor(), part.version())
                || outcome.update.of(part.actor()).contains(part.version())) {
            return;
        }
        if (part.isWhole()) {
            merge(connection, part, outcome);
            // Parts of it may have come another way before.
            if (ledger.of(part.actor()).gaps().contains(part.version())) {
                PartialVersions.remove(connection, part.actor(), part.version());
            }
        } else {
            PartialVersions.add(
                    connection,
                    part.actor(),
                    part.version(),
                    part.fromSeq(),
                    part.toSeq(),
                    part.last(),
                    Wire.encode(new Changes(List.of(part))));
            outcome.update.heard(part.actor(), part.version());
            if (!PartialVersions.isWhole(connection, part.actor(), part.version())) {
                return;
            }
            PartialVersions.read(connection, part.actor(), part.version(), bytes -> {
                if (Wire.decode(bytes) instanceof Changes stored) {
                    for (VersionPart storedPart : stored.parts()) {
                        merge(connection, storedPart, outcome);
                    }
                }
            });
            PartialVersions.remove(connection, part.actor(), part.version());
        }
        outcome.update.applied(part.actor(), part.version(), part.version());
        outcome.applied.add(new VersionId(part.actor(), part.version()));
    }

    private void merge(Connection connection, VersionPart part, Outcome outcome) throws SQLException {
        MergeResult merged = replica.merge(connection, part.changes());
        outcome.tables.addAll(merged.tables());
        outcome.changes += part.changes().size();
    }

    private void noteLack(Received received, ActorId actor, Outcome outcome) {
        if (!received.fetched() && !outcome.update.of(actor).gaps().isEmpty()) {
            outcome.lacking.add(received.from());
        }
    }

    /** Own versions are never learnt; one from beyond the own head says that this database is an older copy. */
    private boolean isOwn(ActorId actor, long version) {
        if (!actor.equals(replica.actorId())) {
            return false;
        }
        if (version > replica.version() && version > ownHeadElsewhere) {
            ownHeadElsewhere = version;
            log.error(
                    "other nodes hold version {} of this actor, this database only knows {}: it was restored from an"
                            + " older copy, or lost its last writes in a power failure",
                    version,
                    replica.version());
        }
        return true;
    }
}
