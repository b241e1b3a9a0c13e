package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which tombstones are collected, and who may exchange changes with whom after that. No clock, thread or
 * SQLite in it; docs/tombstones.md gives the reasons. Thread-safe.
 */
final class TombstoneRule {

    /** What two nodes are to each other. */
    enum Relation {
        /** They have the same horizon: changes may pass. */
        EQUAL,
        /** Neither has missed anything, but one does not know of all that was collected: it must learn that first. */
        TO_BE_ALIGNED,
        /** The other may have missed a deletion. */
        PEER_BEHIND,
        /** This node may have missed one. */
        SELF_BEHIND,
        /** Each may have missed one: they were parts of a divided cluster, or of two clusters. */
        PARTED
    }

    private final ActorId self;
    private final long retentionMillis;
    private final Set<ActorId> admitted = new HashSet<>();
    private final Set<ActorId> behind = new HashSet<>();
    private volatile Horizon horizon;
    private volatile boolean hasMetAnybody;
    private TombstoneEpoch epoch;

    TombstoneRule(ActorId self, long retentionMillis, Horizon horizon, TombstoneEpoch epoch) {
        this.self = self;
        this.retentionMillis = retentionMillis;
        this.horizon = horizon;
        this.epoch = epoch;
    }

    Horizon horizon() {
        return horizon;
    }

    /** Nothing of others is here yet, so nothing can have been missed. */
    private static boolean isFresh(ActorId actor, Map<ActorId, ActorVersions> holds, Horizon horizon) {
        return horizon.isNone() && holds.keySet().stream().allMatch(actor::equals);
    }

    boolean isFresh(Map<ActorId, ActorVersions> here) {
        return isFresh(self, here, horizon);
    }

    /** The same, at no cost once it is not. */
    private boolean isFresh(Supplier<Map<ActorId, ActorVersions>> here) {
        if (!hasMetAnybody) {
            hasMetAnybody = !isFresh(here.get());
        }
        return !hasMetAnybody;
    }

    /** A peer has asked for changes. */
    synchronized Relation asked(
            ActorId peer,
            Map<ActorId, ActorVersions> holds,
            Horizon theirs,
            Map<ActorId, ActorVersions> here,
            KnownMembers known) {
        boolean iPass = isFresh(here) || theirs.isPassedBy(here, horizon);
        boolean theyPass = isFresh(peer, holds, theirs) || horizon.isPassedBy(holds, theirs);
        admitted.remove(peer);
        behind.remove(peer);
        if (theyPass) {
            epoch.shown(peer, holds);
        } else {
            behind.add(peer);
        }
        if (horizon.equals(theirs)) {
            if (known.counted().contains(peer)) {
                admitted.add(peer);
            }
            return Relation.EQUAL;
        }
        if (iPass) {
            return theyPass ? Relation.TO_BE_ALIGNED : Relation.PEER_BEHIND;
        }
        return theyPass ? Relation.SELF_BEHIND : Relation.PARTED;
    }

    /** A peer that was asked has answered with its horizon instead of changes. */
    Relation answered(Horizon theirs, boolean theyAreBehind, Map<ActorId, ActorVersions> here) {
        if (isFresh(here) || theirs.isPassedBy(here, horizon)) {
            return theyAreBehind ? Relation.PEER_BEHIND : Relation.TO_BE_ALIGNED;
        }
        return theyAreBehind ? Relation.PARTED : Relation.SELF_BEHIND;
    }

    /** The horizon moves out; called before the transaction that moves it is committed. */
    synchronized void extended(Horizon extended, boolean wasFresh) {
        horizon = horizon.join(extended);
        if (wasFresh) {
            admitted.clear();
        }
    }

    /** The database was replaced by a peer's: nobody has shown anything since. */
    synchronized void replaced(Horizon now, TombstoneEpoch begun) {
        horizon = now;
        epoch = begun;
        admitted.clear();
        behind.clear();
    }

    /**
     * Whether changes that a peer sends unasked may be merged: from one that has been met since it is a member, for then
     * nothing was collected since that it has not passed. A node that has met nobody takes nothing unasked: it must learn
     * the horizon with the first thing that it takes.
     */
    synchronized boolean admits(ActorId peer, Supplier<Map<ActorId, ActorVersions>> here) {
        return horizon.isNone() ? !isFresh(here) : admitted.contains(peer);
    }

    /** A member has started again, perhaps with an older state. */
    synchronized void restarted(ActorId peer) {
        admitted.remove(peer);
    }

    /** The point up to which all members have passed, if the epoch is over; else null. */
    synchronized @Nullable Map<ActorId, Long> collectable(
            KnownMembers known, Map<ActorId, ActorVersions> here, long nowMillis) {
        admitted.retainAll(known.counted());
        behind.retainAll(known.counted());
        boolean over = epoch.isPassed(known, behind, here) && nowMillis - epoch.startedAt() >= retentionMillis;
        return over ? epoch.point() : null;
    }

    synchronized TombstoneEpoch begin(Map<ActorId, ActorVersions> here, long nowMillis) {
        epoch = new TombstoneEpoch(TombstoneEpoch.point(here), nowMillis);
        return epoch;
    }
}
