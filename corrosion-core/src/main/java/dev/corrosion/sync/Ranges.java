package dev.corrosion.sync;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.RangeSet;
import java.util.Map;
import java.util.TreeMap;

/** Versions of several actors as a map in which no entry is empty. */
final class Ranges {

    private Ranges() {}

    static long size(Map<ActorId, RangeSet> ranges) {
        return ranges.values().stream().mapToLong(RangeSet::size).sum();
    }

    static void subtract(Map<ActorId, RangeSet> from, Map<ActorId, RangeSet> what) {
        what.forEach((actor, versions) -> from.computeIfPresent(actor, (id, before) -> {
            RangeSet rest = before.minus(versions);
            return rest.isEmpty() ? null : rest;
        }));
    }

    static Map<ActorId, RangeSet> minus(Map<ActorId, RangeSet> of, Map<ActorId, RangeSet> what) {
        Map<ActorId, RangeSet> rest = new TreeMap<>(of);
        subtract(rest, what);
        return rest;
    }

    /**
     * The newest versions, shared out evenly among the actors: so the latest of each is here soon, however far behind
     * another one is.
     */
    static Map<ActorId, RangeSet> newest(Map<ActorId, RangeSet> of, long versions) {
        Map<ActorId, RangeSet> taken = new TreeMap<>();
        long share = Math.max(1, versions / Math.max(1, of.size()));
        long left = versions;
        for (Map.Entry<ActorId, RangeSet> entry : of.entrySet()) {
            if (left <= 0) {
                break;
            }
            RangeSet some = entry.getValue().newest(Math.min(share, left));
            taken.put(entry.getKey(), some);
            left -= some.size();
        }
        return taken;
    }
}
