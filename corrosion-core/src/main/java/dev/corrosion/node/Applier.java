package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.Timing;
import dev.corrosion.crdt.MergeResult;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.ActorVersions;
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
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies what others have written: changes, ledger and partial versions in one SQLite transaction, so that a version is
 * here as a whole or not at all, and is counted as here only if it is.
 */
final class Applier {

    private static final Logger log = LoggerFactory.getLogger(Applier.class);

    /** Told after each commit, on the writer thread. */
    interface Listener {
        /** These versions are here now, and have changed these user tables. */
        void applied(Map<ActorId, List<VersionRange>> versions, Set<String> tables);

        /** A peer has shown versions that this node lacks, and that do not come unasked. */
        void lacking(ActorId peer);

        /** A peer has sent a version of an actor before earlier ones, which may be on their way. */
        void overtaken(ActorId actor, ActorId peer);

        /** Another node holds versions of this actor that this database does not know: it is an older copy. */
        void olderCopy();
    }

    private final Replica replica;
    private final Ledger ledger;
    private final NodeCounters counters;
    private final Listener listener;
    private final Predicate<Received> admitted;
    private final Clock clock;
    private final Rejections rejections = new Rejections();
    private final PeerLog warnings;
    private volatile long ownHeadElsewhere;

    /** @param admitted whether something received may be merged, or must be fetched anew */
    Applier(
            Replica replica,
            Ledger ledger,
            NodeCounters counters,
            Listener listener,
            Predicate<Received> admitted,
            Clock clock) {
        this.replica = replica;
        this.ledger = ledger;
        this.counters = counters;
        this.listener = listener;
        this.admitted = admitted;
        this.clock = clock;
        this.warnings = new PeerLog(log, PeerListener.MAX_WARNINGS, counters.timings::now);
    }

    /** When a version was committed by its author's clock, in milliseconds since 1970. */
    private record Authored(long millis, Timing path) {}

    /** What a batch did. */
    static final class Outcome {
        private final Ledger.Update update;
        private final Set<String> tables = new HashSet<>();
        private final Set<ActorId> lacking = new HashSet<>();
        private final Map<ActorId, ActorId> overtaken = new HashMap<>();
        private final Map<ActorId, List<VersionRange>> applied = new HashMap<>();
        private final List<Authored> authored = new ArrayList<>();
        private long versions;
        private long changes;
        private long ownHead;

        private Outcome(Ledger.Update update) {
            this.update = update;
        }

        private void applied(ActorId actor, VersionRange range) {
            update.applied(actor, range.first(), range.last());
            applied.computeIfAbsent(actor, id -> new ArrayList<>()).add(range);
        }
    }

    /** The transaction that applies a batch; it fails as a whole if one version is rejected. */
    WriteTask<Outcome> task(List<Received> batch) {
        long given = counters.timings.now();
        return new WriteTask<>() {
            @Override
            public Outcome run(Connection connection) throws SQLException {
                Outcome outcome = new Outcome(ledger.update());
                for (Received received : batch) {
                    if (admitted.test(received)) {
                        apply(connection, received, outcome);
                    } else {
                        outcome.lacking.add(received.from());
                    }
                }
                outcome.update.store(connection);
                return outcome;
            }

            @Override
            public void committed(Outcome outcome) {
                outcome.update.publish();
                counters.timings.since(Timing.APPLY, given);
                outcome.applied.forEach(rejections::remove);
                counters.batchesApplied.increment();
                counters.versionsApplied.add(outcome.versions);
                counters.changesApplied.add(outcome.changes);
                measure(outcome.authored);
                listener.applied(outcome.applied, outcome.tables);
                outcome.lacking.forEach(listener::lacking);
                outcome.overtaken.forEach(listener::overtaken);
                if (outcome.ownHead > 0) {
                    foundOwn(outcome.ownHead);
                }
            }
        };
    }

    /** It does not fit this database; its version stays a gap and is asked for again, at leisure. */
    void rejected(Received received, Throwable reason) {
        if (received.message() instanceof Changes changes) {
            for (VersionPart part : changes.parts()) {
                counters.versionsRejected.increment();
                if (rejections.add(part.actor(), part.version(), String.valueOf(reason.getMessage()))) {
                    warnings.warn(
                            "version {} of {} cannot be applied and will be asked for again: {}",
                            part.version(),
                            part.actor(),
                            reason.toString());
                }
            }
        }
    }

    /** The database was replaced: what did not fit the former one may be in this one. */
    void contentReplaced() {
        rejections.clear();
    }

    /** Versions that were rejected and are still missing, in words. */
    List<String> rejections() {
        return rejections.describe();
    }

    /** An own version that another node holds and this one did not when it heard of it, or 0; stays once it is set. */
    long ownHeadElsewhere() {
        return ownHeadElsewhere;
    }

    private void apply(Connection connection, Received received, Outcome outcome) throws SQLException {
        Message message = received.message();
        if (message instanceof Changes changes) {
            for (VersionPart part : changes.parts()) {
                apply(connection, received, part, outcome);
                if (lacks(received, part.actor(), outcome)) {
                    outcome.overtaken.put(part.actor(), received.from());
                }
            }
        } else if (message instanceof EmptyVersions empty) {
            if (!isOwn(empty.actor(), 0, outcome)) {
                for (VersionRange range : empty.ranges()) {
                    if (!outcome.update.of(empty.actor()).gaps().isEmpty()) {
                        PartialVersions.remove(connection, empty.actor(), range.first(), range.last());
                    }
                    outcome.applied(empty.actor(), range);
                }
            }
        } else if (message instanceof VersionHead head) {
            if (!isOwn(head.actor(), head.version(), outcome)) {
                outcome.update.heard(head.actor(), head.version());
                if (lacks(received, head.actor(), outcome)) {
                    outcome.lacking.add(received.from());
                }
            }
        } else {
            throw new CorrosionException("not about versions: " + message);
        }
    }

    private void apply(Connection connection, Received received, VersionPart part, Outcome outcome)
            throws SQLException {
        ActorId actor = part.actor();
        long version = part.version();
        if (isOwn(actor, version, outcome) || outcome.update.of(actor).contains(version)) {
            return;
        }
        boolean heardOf = outcome.update.of(actor).gaps().contains(version);
        if (part.isWhole()) {
            merge(connection, part, outcome);
        } else {
            byte[] bytes = Wire.encode(new Changes(List.of(part)));
            PartialVersions.add(
                    connection, actor, version, part.fromSeq(), part.toSeq(), part.last(), clock.millis(), bytes);
            outcome.update.heard(actor, version);
            if (!PartialVersions.isWhole(connection, actor, version)) {
                return;
            }
            PartialVersions.read(connection, actor, version, stored -> mergeStored(connection, stored, outcome));
        }
        if (heardOf || !part.isWhole()) {
            PartialVersions.remove(connection, actor, version, version);
        }
        outcome.applied(actor, new VersionRange(version, version));
        outcome.versions++;
        authored(received, part, outcome);
    }

    /** The text is a number where the author is a node like this one, and anything where it is not. */
    private static void authored(Received received, VersionPart part, Outcome outcome) {
        if (!part.changes().isEmpty()) {
            String at = part.changes().get(0).ts();
            try {
                Timing path = received.fetched() ? Timing.REPLICATION_FETCHED : Timing.REPLICATION_PUSHED;
                outcome.authored.add(new Authored(Long.parseLong(at), path));
            } catch (NumberFormatException e) {
                log.trace("a version has no time: {}", at);
            }
        }
    }

    /** The clocks of two hosts differ, so what is measured may be less than nothing: that counts as nothing. */
    private void measure(List<Authored> versions) {
        long now = clock.millis();
        for (Authored version : versions) {
            long lag = now - version.millis();
            if (lag < 0) {
                counters.clocksAhead.increment();
            }
            counters.timings.took(version.path(), TimeUnit.MILLISECONDS.toNanos(lag));
        }
    }

    private void mergeStored(Connection connection, byte[] bytes, Outcome outcome) throws SQLException {
        if (Wire.decode(bytes) instanceof Changes stored) {
            for (VersionPart part : stored.parts()) {
                merge(connection, part, outcome);
            }
        }
    }

    private void merge(Connection connection, VersionPart part, Outcome outcome) throws SQLException {
        MergeResult merged = replica.mergeVersions(connection, part.changes());
        outcome.tables.addAll(merged.tables());
        outcome.changes += part.changes().size();
    }

    private boolean lacks(Received received, ActorId actor, Outcome outcome) {
        return !received.fetched()
                && rejections.isLessThan(outcome.update.of(actor).gaps(), actor);
    }

    /** Own versions are never learnt; one from beyond the own head says that this database is an older copy. */
    private boolean isOwn(ActorId actor, long version, Outcome outcome) {
        if (!actor.equals(replica.actorId())) {
            return false;
        }
        if (version > replica.version()) {
            outcome.ownHead = Math.max(outcome.ownHead, version);
        }
        return true;
    }

    /**
     * A peer says what it holds: versions of this actor, too, that this database may not know of. It must not have got to
     * any that were skipped at the open, of which nobody was told but of all together (rule V8). Any thread.
     */
    void peerHolds(Map<ActorId, ActorVersions> holds) {
        long head = holds.getOrDefault(replica.actorId(), ActorVersions.NONE).head();
        if (head > replica.version() || replica.isSkipped(head)) {
            foundOwn(head);
        }
    }

    private void foundOwn(long version) {
        synchronized (this) {
            if (ownHeadElsewhere > 0) {
                return;
            }
            ownHeadElsewhere = version;
        }
        listener.olderCopy();
    }
}
