package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.ledger.VersionRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Versions that were received and do not fit this database: another schema, usually. They stay gaps; being known, they
 * do not make the node ask for them again with every news. Thread-safe.
 */
final class Rejections {

    /** Versions whose reasons are kept for people. */
    private static final int MAX_REASONS = 100;

    /** Ranges of versions that are remembered, of all actors: of further ones nothing is, and they are asked for with all news. */
    static final int MAX_RANGES = 10_000;

    private record VersionId(ActorId actor, long version) implements Comparable<VersionId> {
        @Override
        public int compareTo(VersionId other) {
            int byActor = actor.compareTo(other.actor);
            return byActor != 0 ? byActor : Long.compare(version, other.version);
        }
    }

    private final Map<ActorId, RangeSet> versions = new HashMap<>();
    private final Map<VersionId, String> reasons = new TreeMap<>();
    private int ranges;

    /** Returns whether it is one that was not remembered. */
    synchronized boolean add(ActorId actor, long version, String reason) {
        RangeSet known = versions.getOrDefault(actor, RangeSet.EMPTY);
        VersionId id = new VersionId(actor, version);
        if (reasons.containsKey(id) || reasons.size() < MAX_REASONS) {
            reasons.put(id, reason);
        }
        RangeSet more = known.plus(version, version);
        int added = more.ranges().size() - known.ranges().size();
        if (added <= 0 || ranges + added <= MAX_RANGES) {
            versions.put(actor, more);
            ranges += added;
        }
        return !known.contains(version);
    }

    /** Nothing is known of any. */
    synchronized void clear() {
        versions.clear();
        ranges = 0;
        reasons.clear();
    }

    /** They are here now. */
    synchronized void remove(ActorId actor, List<VersionRange> applied) {
        RangeSet known = versions.get(actor);
        if (known == null) {
            return;
        }
        RangeSet rest = known;
        for (VersionRange range : applied) {
            rest = rest.minus(range.first(), range.last());
        }
        ranges += rest.ranges().size() - known.ranges().size();
        if (rest.isEmpty()) {
            versions.remove(actor);
        } else {
            versions.put(actor, rest);
        }
        RangeSet remaining = rest;
        reasons.keySet().removeIf(id -> id.actor().equals(actor) && !remaining.contains(id.version()));
    }

    /** Whether the gaps hold more than what was rejected. */
    synchronized boolean isLessThan(RangeSet gaps, ActorId actor) {
        return gaps.intersect(versions.getOrDefault(actor, RangeSet.EMPTY)).size() < gaps.size();
    }

    synchronized List<String> describe() {
        return reasons.entrySet().stream()
                .map(entry -> "version " + entry.getKey().version() + " of "
                        + entry.getKey().actor() + " cannot be applied: " + entry.getValue())
                .toList();
    }
}
