package dev.corrosion.ledger;

import dev.corrosion.ActorId;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;

/**
 * What a ledger holds, in 2 KiB whatever the number of actors: they are spread over {@link #BUCKETS} buckets, each with a
 * sum of its actors' hashes. Two nodes with the same sums hold the same; where a sum differs, the actors of that bucket are
 * compared. Buckets are folded to fewer and larger ones where there are few actors. Immutable.
 */
public final class LedgerDigest {

    /** The finest division, as a power of two. */
    public static final int MAX_BITS = 8;

    static final int BUCKETS = 1 << MAX_BITS;

    /** How many actors a bucket has, roughly, in the division that {@link #bits} recommends. */
    private static final int ACTORS_PER_BUCKET = 8;

    /** Spreads ids of which some bits are always the same. */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final Fingerprint whole;
    private final long[] sums;

    private LedgerDigest(Fingerprint whole, long[] sums) {
        this.whole = whole;
        this.sums = sums;
    }

    /** Of any set of actors. */
    public static LedgerDigest of(Map<ActorId, ActorVersions> holds) {
        Sums sums = new Sums();
        holds.forEach(sums::add);
        return sums.digest();
    }

    /** Of all actors. */
    public Fingerprint whole() {
        return whole;
    }

    /** Into how many buckets, as a power of two, so many actors are best divided. */
    public static int bits(int actors) {
        int bits = 0;
        while (bits < MAX_BITS && actors > ACTORS_PER_BUCKET << bits) {
            bits++;
        }
        return bits;
    }

    /** In which bucket an actor is. */
    public static int bucket(ActorId actor, int bits) {
        long id = actor.value().getMostSignificantBits()
                ^ Long.rotateLeft(actor.value().getLeastSignificantBits(), 32);
        return (int) ((id * MIX) >>> (Long.SIZE - MAX_BITS)) >>> (MAX_BITS - bits);
    }

    /** The sums of all buckets of a division. */
    public long[] buckets(int bits) {
        if (bits < 0 || bits > MAX_BITS) {
            throw new IllegalArgumentException("not a division into buckets: " + bits);
        }
        long[] folded = new long[1 << bits];
        for (int i = 0; i < BUCKETS; i++) {
            folded[i >>> (MAX_BITS - bits)] += sums[i];
        }
        return folded;
    }

    /** The sum of all buckets of a division but these. */
    public long rest(int bits, Set<Integer> without) {
        long[] folded = buckets(bits);
        long rest = 0;
        for (int i = 0; i < folded.length; i++) {
            rest += without.contains(i) ? 0 : folded[i];
        }
        return rest;
    }

    private static Fingerprint hash(ActorId actor, ActorVersions versions) {
        ByteBuffer bytes = ByteBuffer.allocate(ActorId.BYTES
                + Long.BYTES
                + 2 * Long.BYTES * versions.gaps().ranges().size());
        bytes.put(actor.bytes()).putLong(versions.head());
        for (VersionRange gap : versions.gaps().ranges()) {
            bytes.putLong(gap.first()).putLong(gap.last());
        }
        return Fingerprint.of(bytes.flip());
    }

    /** The sums of a ledger that changes. Not thread-safe. */
    static final class Sums {

        private final long[] buckets = new long[BUCKETS];
        private Fingerprint whole = Fingerprint.NONE;

        void add(ActorId actor, ActorVersions versions) {
            Fingerprint hash = hash(actor, versions);
            whole = whole.plus(hash);
            buckets[bucket(actor, MAX_BITS)] += hash.high();
        }

        void remove(ActorId actor, ActorVersions versions) {
            Fingerprint hash = hash(actor, versions);
            whole = whole.minus(hash);
            buckets[bucket(actor, MAX_BITS)] -= hash.high();
        }

        LedgerDigest digest() {
            return new LedgerDigest(whole, buckets.clone());
        }
    }
}
