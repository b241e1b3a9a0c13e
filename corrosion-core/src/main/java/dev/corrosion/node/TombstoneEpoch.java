package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Heads;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One round of the collection: which members have passed the point at which this node was when it began, and what this
 * node must have of theirs before it may act on it.
 *
 * <p>A member that passes has the tombstones, but may have written to the same rows before it had them. So this node also
 * waits until it has everything that the member had heard of when it passed; from then on nothing older can reach it.
 */
final class TombstoneEpoch {

    private final Heads point;
    private final long startedAt;
    private final Set<ActorId> passed = new HashSet<>();
    private Heads needed = Heads.NONE;
    private final Set<ActorId> members = new HashSet<>();

    /**
     * Begins.
     *
     * @param point by actor, the version up to which everything is here
     * @param startedAt milliseconds since 1970
     */
    TombstoneEpoch(Map<ActorId, Long> point, long startedAt) {
        this.point = Heads.copyOf(point);
        this.startedAt = startedAt;
    }

    static Map<ActorId, Long> point(Map<ActorId, ActorVersions> here) {
        Map<ActorId, Long> point = new HashMap<>();
        here.forEach((actor, versions) -> point.put(actor, versions.prefix()));
        return Heads.copyOf(point);
    }

    Map<ActorId, Long> point() {
        return point;
    }

    long startedAt() {
        return startedAt;
    }

    /** A member has shown what it holds. */
    void shown(ActorId member, Map<ActorId, ActorVersions> holds) {
        boolean passes = point.entrySet().stream().allMatch(entry -> prefix(holds, entry.getKey()) >= entry.getValue());
        if (passes && passed.add(member)) {
            Map<ActorId, Long> heads = new HashMap<>();
            holds.forEach((actor, versions) -> heads.put(actor, versions.head()));
            needed = needed.join(heads);
        }
    }

    /**
     * Whether all have passed.
     *
     * @param known the members now
     * @param exempt members that do not count, since they must start anew
     * @param here what is here now
     */
    boolean isPassed(KnownMembers known, Set<ActorId> exempt, Map<ActorId, ActorVersions> here) {
        members.addAll(known.counted());
        members.removeAll(known.left());
        // The smaller part of a divided cluster must not decide for the larger.
        boolean majority = !known.present().isEmpty() && 2 * (known.present().size() + 1) > members.size() + 1;
        return majority
                && known.counted().stream().allMatch(member -> passed.contains(member) || exempt.contains(member))
                && needed.entrySet().stream().allMatch(entry -> prefix(here, entry.getKey()) >= entry.getValue());
    }

    private static long prefix(Map<ActorId, ActorVersions> holds, ActorId actor) {
        return holds.getOrDefault(actor, ActorVersions.NONE).prefix();
    }
}
