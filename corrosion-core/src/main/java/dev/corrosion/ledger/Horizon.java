package dev.corrosion.ledger;

import dev.corrosion.ActorId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Up to where tombstones have been collected, here or at any node that this one has met. Immutable; it only ever grows.
 *
 * @param versions by actor, the highest version of which a tombstone may have been collected. Who lacks a version up to
 *     there may have missed a deletion that nobody can tell it any more
 * @param floors by table, the highest causal length of a tombstone that may have been collected: a key never seen begins
 *     above it
 */
public record Horizon(Map<ActorId, Long> versions, Map<String, Long> floors) {

    /** Nothing was collected yet. */
    public static final Horizon NONE = new Horizon(Map.of(), Map.of());

    public Horizon {
        versions = Heads.copyOf(versions);
        floors = Collections.unmodifiableMap(new TreeMap<>(floors));
    }

    public boolean isNone() {
        return versions.isEmpty() && floors.isEmpty();
    }

    /** Equal for equal ones, whatever their order. Costs a hash for each entry: keep it. */
    public Fingerprint fingerprint() {
        Fingerprint sum = Fingerprint.NONE;
        for (Map.Entry<ActorId, Long> entry : versions.entrySet()) {
            byte[] actor = entry.getKey().bytes();
            sum = sum.plus(member('v', actor, entry.getValue()));
        }
        for (Map.Entry<String, Long> entry : floors.entrySet()) {
            byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
            sum = sum.plus(member('f', name, entry.getValue()));
        }
        return sum;
    }

    private static Fingerprint member(char kind, byte[] key, long value) {
        return Fingerprint.of(ByteBuffer.allocate(1 + Long.BYTES + key.length)
                .put((byte) kind)
                .putLong(value)
                .put(key)
                .flip());
    }

    /** The farther of both, for each actor and table. */
    public Horizon join(Horizon other) {
        if (equals(other)) {
            return this;
        }
        Map<String, Long> farther = new HashMap<>(floors);
        other.floors.forEach((table, floor) -> farther.merge(table, floor, Math::max));
        return new Horizon(Heads.copyOf(versions).join(other.versions), farther);
    }

    /**
     * Whether a node has missed nothing by what was collected up to here.
     *
     * @param holds its versions
     * @param own its own horizon, up to which it is known to have missed nothing
     */
    public boolean isPassedBy(Map<ActorId, ActorVersions> holds, Horizon own) {
        return versions.entrySet().stream()
                .allMatch(entry -> entry.getValue() <= own.versions.getOrDefault(entry.getKey(), 0L)
                        || entry.getValue()
                                <= holds.getOrDefault(entry.getKey(), ActorVersions.NONE)
                                        .prefix());
    }
}
