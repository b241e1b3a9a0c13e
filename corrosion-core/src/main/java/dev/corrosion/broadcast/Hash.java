package dev.corrosion.broadcast;

import dev.corrosion.ActorId;
import java.util.UUID;

/** Numbers that all nodes compute alike and that look random (the finalizer of SplitMix64). */
final class Hash {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Hash() {}

    static long of(ActorId id) {
        UUID value = id.value();
        return mix(value.getMostSignificantBits() + mix(value.getLeastSignificantBits()));
    }

    static long of(long hash, long salt) {
        return mix(hash + (salt + 1) * GOLDEN);
    }

    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
