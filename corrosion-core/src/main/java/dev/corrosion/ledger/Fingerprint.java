package dev.corrosion.ledger;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * 128 bits that stand for a set. Those of its members are added up, so the order does not matter and a member is taken
 * out by subtracting it (AdHash: Bellare and Micciancio, 1997). Nodes of one cluster trust each other, so nobody is
 * expected to search for a second set of the same sum; by chance there is none.
 */
public record Fingerprint(long high, long low) {

    /** Length on the wire. */
    public static final int BYTES = 16;

    /** Of the empty set. */
    public static final Fingerprint NONE = new Fingerprint(0, 0);

    /** Of a member, from the bytes between the position and the limit: the first half of their SHA-256. */
    public static Fingerprint of(ByteBuffer member) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(member);
            ByteBuffer hash = ByteBuffer.wrap(digest.digest());
            return new Fingerprint(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public Fingerprint plus(Fingerprint other) {
        return new Fingerprint(high + other.high, low + other.low);
    }

    Fingerprint minus(Fingerprint other) {
        return new Fingerprint(high - other.high, low - other.low);
    }
}
