package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.LocalTransaction;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.Tombstones;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.protocol.Collected;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.store.Database;
import dev.corrosion.store.DatabaseClosedException;
import dev.corrosion.store.WriteTask;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the tombstones that all members have passed, aligns the horizons of this node and its peers, and tells whether
 * this node has been away for too long. The rule itself is in {@link TombstoneRule}. Thread-safe.
 */
final class TombstoneCollector {

    private static final Logger log = LoggerFactory.getLogger(TombstoneCollector.class);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    /** How long this node must lack something before it takes that for good: it may just be joining. */
    private static final Duration LONGEST_GRACE = Duration.ofMinutes(1);

    private static final String BEHIND =
            "this node was away for longer than the cluster keeps tombstones, so it may hold rows that were deleted"
                    + " meanwhile and that nobody can tell it of any more. It exchanges no changes with the others, and writes"
                    + " are refused. Start it with an empty data directory; it will fetch everything from the cluster";

    private static final String PARTED =
            "this node and the member %s were apart for longer than tombstones are kept, and each may hold rows that were"
                    + " deleted at the other. They exchange no changes. Decide which of the two parts of the cluster is to"
                    + " stay, and start the nodes of the other one with empty data directories";

    /** Told of what others must act on. */
    interface Listener {

        /** This node has missed deletions, which this peer has not: completes with whether it has caught up by itself. */
        CompletableFuture<Boolean> behind(ActorId peer);

        /** It has not: writes must be refused from now on, for this reason. */
        void stuck(String reason);

        /** Own rows were recorded anew, as this version, which is on disk. Must not block. */
        void lifted(long version);
    }

    private final Database database;
    private final Replica replica;
    private final Ledger ledger;
    private final NodeCounters counters;
    private final EventLoop loop;
    private final Clock clock;
    private final Duration retention;
    private final Supplier<List<MemberRecord>> members;
    private final Listener listener;
    private final TombstoneRule rule;
    private final PeerLog partings;
    private final Lacks lacks;
    private final AtomicBoolean collecting = new AtomicBoolean();
    private final AtomicBoolean catchingUp = new AtomicBoolean();
    private volatile KnownHorizon known;
    private volatile @Nullable String behind;

    /** What the database says when it is opened. */
    record Loaded(Horizon horizon, Tombstones.Epoch epoch) {

        static Loaded load(Connection connection, Replica replica, Ledger ledger, Clock clock) throws SQLException {
            Tombstones tombstones = replica.tombstones(connection);
            Tombstones.Epoch kept = tombstones.epoch();
            // A clock that was set back must not keep the epoch from ever growing old.
            boolean usable = kept.startedAt() > 0 && kept.startedAt() <= clock.millis();
            if (!usable) {
                kept = new Tombstones.Epoch(TombstoneEpoch.point(ledger.snapshot()), clock.millis());
                tombstones.keep(kept);
            }
            return new Loaded(tombstones.horizon(), kept);
        }
    }

    TombstoneCollector(
            Database database,
            Replica replica,
            Ledger ledger,
            NodeCounters counters,
            EventLoop loop,
            Clock clock,
            Duration retention,
            Supplier<List<MemberRecord>> members,
            Loaded loaded,
            Listener listener) {
        this.database = database;
        this.replica = replica;
        this.ledger = ledger;
        this.counters = counters;
        this.loop = loop;
        this.clock = clock;
        this.retention = retention;
        this.lacks = new Lacks(retention.compareTo(LONGEST_GRACE) < 0 ? retention : LONGEST_GRACE);
        this.members = members;
        this.listener = listener;
        this.partings = new PeerLog(log, PeerListener.MAX_WARNINGS, loop::now);
        this.known = KnownHorizon.of(loaded.horizon());
        this.rule = new TombstoneRule(
                replica.actorId(),
                retention.toMillis(),
                loaded.horizon(),
                new TombstoneEpoch(loaded.epoch().passed(), loaded.epoch().startedAt()));
    }

    void start() {
        loop.schedule(pause(), () -> {
            tick();
            start();
        });
    }

    private Duration pause() {
        Duration quarter = retention.dividedBy(4);
        Duration shorter = quarter.compareTo(LONGEST_PAUSE) < 0 ? quarter : LONGEST_PAUSE;
        return shorter.compareTo(SHORTEST_PAUSE) > 0 ? shorter : SHORTEST_PAUSE;
    }

    Horizon horizon() {
        return rule.horizon();
    }

    /** The same with its fingerprint. */
    KnownHorizon known() {
        Horizon horizon = rule.horizon();
        KnownHorizon kept = known;
        if (!kept.horizon().equals(horizon)) {
            kept = KnownHorizon.of(horizon);
            known = kept;
        }
        return kept;
    }

    /**
     * A peer asks what it lacks; what to answer instead, or null if changes may pass.
     *
     * @param holds all that it holds
     * @param theirs its horizon
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the peer comes again, whether this succeeds or not
    @Nullable Collected asked(ActorId peer, Map<ActorId, ActorVersions> holds, Horizon theirs) {
        Horizon horizon = rule.horizon();
        TombstoneRule.Relation relation = rule.asked(peer, holds, theirs, ledger.snapshot(), members());
        note(peer, relation);
        switch (relation) {
            case EQUAL -> {
                return null;
            }
            case TO_BE_ALIGNED, PEER_BEHIND -> {
                align(theirs);
                return new Collected(horizon, false);
            }
            case SELF_BEHIND, PARTED -> {
                return new Collected(horizon, true);
            }
        }
        throw new IllegalStateException(relation.toString());
    }

    /** The answer of a peer that was asked; whether to ask it again, and whether at once. */
    CompletableFuture<Boolean> answered(ActorId peer, Collected answer) {
        TombstoneRule.Relation relation = rule.answered(answer.horizon(), answer.behind(), ledger.snapshot());
        note(peer, relation);
        return relation == TombstoneRule.Relation.TO_BE_ALIGNED || relation == TombstoneRule.Relation.PEER_BEHIND
                ? align(answer.horizon())
                : CompletableFuture.completedFuture(false);
    }

    /** Whether what was received may be merged. On the writer thread, in the transaction that merges it. */
    boolean admits(Received received) {
        Horizon fetchedUnder = received.horizon();
        return fetchedUnder == null
                ? rule.admits(received.from(), ledger::snapshot)
                : fetchedUnder.equals(rule.horizon());
    }

    void memberRestarted(ActorId member) {
        rule.restarted(member);
    }

    /** What a person must do, in words. */
    Optional<String> problem() {
        String mine = behind;
        if (mine != null) {
            return Optional.of(mine);
        }
        return lacks.parted().map(peer -> String.format(PARTED, peer));
    }

    private KnownMembers members() {
        return KnownMembers.of(members.get());
    }

    private void note(ActorId peer, TombstoneRule.Relation relation) {
        boolean parted = relation == TombstoneRule.Relation.PARTED;
        if (!parted && relation != TombstoneRule.Relation.SELF_BEHIND) {
            lacks.forget(peer);
            return;
        }
        if (!lacks.note(peer, loop.now(), parted)) {
            return;
        }
        if (parted) {
            partings.error("{}", String.format(PARTED, peer));
        } else if (behind == null && catchingUp.compareAndSet(false, true)) {
            catchUp(peer);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it does not fail
    private void catchUp(ActorId peer) {
        log.warn(
                "this node was away for longer than the cluster keeps tombstones: it takes over a copy of the database"
                        + " of {}",
                peer);
        listener.behind(peer).thenAccept(done -> {
            catchingUp.set(false);
            if (!done) {
                behind = BEHIND;
                log.error(BEHIND);
                listener.stuck(BEHIND);
            }
        });
    }

    /** The database was replaced by a peer's. On the writer thread, after the commit. */
    void replaced(Connection connection) throws SQLException {
        Tombstones tombstones = replica.tombstones(connection);
        Tombstones.Epoch epoch = tombstones.epoch();
        rule.replaced(tombstones.horizon(), new TombstoneEpoch(epoch.passed(), epoch.startedAt()));
        lacks.clear();
    }

    /** Takes over a peer's horizon, if nothing was missed; completes with whether this one has moved. */
    private CompletableFuture<Boolean> align(Horizon other) {
        if (rule.horizon().join(other).equals(rule.horizon())) {
            return CompletableFuture.completedFuture(false);
        }
        return database.writeInternal(new Alignment(other)).exceptionally(failure -> {
            log.warn("what others have collected could not be noted, it will be tried again: {}", failure.toString());
            return false;
        });
    }

    private final class Alignment implements WriteTask<Boolean> {

        private final Horizon other;
        private boolean fresh;
        private long version;

        Alignment(Horizon other) {
            this.other = other;
        }

        @Override
        public Boolean run(Connection connection) throws SQLException {
            Map<ActorId, ActorVersions> here = ledger.snapshot();
            fresh = rule.isFresh(here);
            if (!fresh && !other.isPassedBy(here, rule.horizon())) {
                return false;
            }
            Tombstones tombstones = replica.tombstones(connection);
            tombstones.extend(other);
            if (fresh) {
                replica.begin(LocalWriter.timestamp(clock.instant()));
                tombstones.liftOwnRows();
                LocalTransaction lifted = replica.finish();
                version = lifted.version();
            }
            return true;
        }

        @Override
        public void committed(Boolean moved) {
            if (!moved) {
                return;
            }
            rule.extended(other, fresh);
            if (version > 0) {
                database.whenDurable(() -> {
                    replica.announced(version);
                    ledger.ownCommitted(version);
                    listener.lifted(version);
                });
            }
        }
    }

    /** Collects if the epoch is over. On the event loop. */
    private void tick() {
        collect();
    }

    /** Collects now, if the rule allows it and it is not going on already; whether it begins. Any thread. */
    boolean collect() {
        Map<ActorId, Long> point = collectable();
        if (point == null || !collecting.compareAndSet(false, true)) {
            return false;
        }
        run(new TombstoneSweep(point, this::collectable, rule, this::beginEpoch).first());
        return true;
    }

    private @Nullable Map<ActorId, Long> collectable() {
        return rule.collectable(members(), ledger.snapshot(), clock.millis());
    }

    private TombstoneEpoch beginEpoch() {
        return rule.begin(ledger.snapshot(), clock.millis());
    }

    /** Each step gives the writer back before the next one waits for its turn. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private void run(TombstoneSweep.Step step) {
        database.maintain(connection -> step.run(replica.tombstones(connection)))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        counters.tombstonesCollected.add(done.dropped());
                    } else if (!(failure instanceof DatabaseClosedException)) {
                        log.warn("tombstones could not be collected, it will be tried again: {}", failure.toString());
                    }
                    TombstoneSweep.Step next = failure == null ? done.next() : null;
                    if (next == null) {
                        collecting.set(false);
                    } else {
                        run(next);
                    }
                });
    }
}
