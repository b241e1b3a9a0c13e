package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.protocol.VersionPart;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which versions a node has taken in, and the parts of those that are not whole yet; over plain sets. */
final class ModelVersions {

    private final Map<ActorId, BitSet> seen = new TreeMap<>();
    private final Map<List<Object>, List<VersionPart>> parts = new HashMap<>();

    ModelVersions copy() {
        ModelVersions copy = new ModelVersions();
        seen.forEach((actor, versions) -> copy.seen.put(actor, (BitSet) versions.clone()));
        parts.forEach((version, list) -> copy.parts.put(version, new ArrayList<>(list)));
        return copy;
    }

    void seen(ActorId actor, long first, long last) {
        seen.computeIfAbsent(actor, id -> new BitSet()).set((int) first, (int) last + 1);
        for (long version = first; version <= last; version++) {
            parts.remove(List.of(actor, version));
        }
    }

    /** The changes that are to be merged now: none if the version was merged before or is not whole yet. */
    @Nullable List<Change> take(VersionPart part) {
        if (seen.getOrDefault(part.actor(), new BitSet()).get((int) part.version())) {
            return null;
        }
        List<VersionPart> together = List.of(part);
        if (!part.isWhole()) {
            together = parts.computeIfAbsent(List.of(part.actor(), part.version()), version -> new ArrayList<>());
            together.removeIf(old -> old.fromSeq() == part.fromSeq() && old.toSeq() == part.toSeq());
            together.add(part);
            if (!isWhole(together)) {
                return null;
            }
        }
        List<Change> changes = together.stream()
                .sorted(Comparator.comparingLong(VersionPart::fromSeq).thenComparingLong(VersionPart::toSeq))
                .flatMap(one -> one.changes().stream())
                .toList();
        seen(part.actor(), part.version(), part.version());
        return changes;
    }

    private static boolean isWhole(List<VersionPart> parts) {
        BitSet covered = new BitSet();
        parts.forEach(part -> covered.set((int) part.fromSeq(), (int) part.toSeq() + 1));
        return parts.stream().anyMatch(part -> part.last() && covered.nextClearBit(0) >= part.fromSeq());
    }

    /** As text, of all but one actor. */
    Map<ActorId, String> seenOfOthers(ActorId self) {
        Map<ActorId, String> shown = new TreeMap<>();
        seen.forEach((actor, versions) -> {
            List<VersionRange> ranges = new ArrayList<>();
            for (int from = versions.nextSetBit(0); from >= 0; ) {
                int end = versions.nextClearBit(from);
                ranges.add(new VersionRange(from, end - 1L));
                from = versions.nextSetBit(end);
            }
            if (!actor.equals(self) && !ranges.isEmpty()) {
                shown.put(actor, ranges.toString());
            }
        });
        return shown;
    }

    /** The same of what a ledger says. */
    static Map<ActorId, String> shown(Map<ActorId, ActorVersions> holds, ActorId self) {
        Map<ActorId, String> shown = new TreeMap<>();
        holds.forEach((actor, versions) -> {
            if (!actor.equals(self) && !versions.applied().isEmpty()) {
                shown.put(actor, versions.applied().ranges().toString());
            }
        });
        return shown;
    }
}
