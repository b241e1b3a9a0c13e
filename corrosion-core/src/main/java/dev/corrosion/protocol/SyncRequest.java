package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.LedgerDigest;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * This is what I hold of some actors; what do you hold of them? Answered by {@link SyncHolds}, by {@link Collected} if
 * the horizons differ, or by {@link SyncBuckets} if of the other actors we do not hold the same any more.
 *
 * @param bits into how many buckets actors are divided, as a power of two
 * @param buckets the buckets of the actors that this is about
 * @param rest the sum of the other buckets: so the asked one knows all that I hold
 * @param holds versions by actor
 * @param horizon of up to where I know tombstones to be collected; changes are sent to who has the same one only
 * @param collected the same as a whole; null if I believe it to be yours, too
 */
public record SyncRequest(
        int bits,
        Set<Integer> buckets,
        long rest,
        Map<ActorId, ActorVersions> holds,
        Fingerprint horizon,
        @Nullable Horizon collected)
        implements SyncMessage {

    public SyncRequest {
        if (bits < 0 || bits > LedgerDigest.MAX_BITS) {
            throw new IllegalArgumentException("not a division into buckets: " + bits);
        }
        buckets = Collections.unmodifiableSet(new TreeSet<>(buckets));
        holds = Collections.unmodifiableMap(new TreeMap<>(holds));
    }

    /** About all actors. */
    public static SyncRequest ofAll(Map<ActorId, ActorVersions> holds, Horizon horizon) {
        return new SyncRequest(0, Set.of(0), 0, holds, horizon.fingerprint(), horizon);
    }
}
