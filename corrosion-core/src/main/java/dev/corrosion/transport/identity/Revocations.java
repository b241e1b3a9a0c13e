package dev.corrosion.transport.identity;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Who is not let in although an authority of the cluster has issued a certificate. Immutable.
 *
 * @param actors actor ids
 * @param serials serial numbers of certificates of nodes
 * @param fingerprints SHA-256 of certificates, of nodes or of those that have issued them, in lower case without colons
 */
public record Revocations(Set<ActorId> actors, Set<BigInteger> serials, Set<String> fingerprints) {

    /** Nobody. */
    public static final Revocations NONE = new Revocations(Set.of(), Set.of(), Set.of());

    /** Entries at most: each handshake looks at them, and a list that long wants another authority. */
    public static final int MAX_ENTRIES = 10_000;

    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** RFC 5280: at most 20 octets. */
    private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,40}");

    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    private static final int HEX = 16;

    public Revocations {
        actors = Set.copyOf(actors);
        serials = Set.copyOf(serials);
        fingerprints = Set.copyOf(fingerprints);
    }

    /**
     * Reads entries as people write them and OpenSSL prints them, in any case, with or without colons.
     *
     * @throws IllegalArgumentException if one is nothing of this, or there are too many; says what to do
     */
    public static Revocations parse(Collection<String> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(entries.size() + " entries are revoked, at most " + MAX_ENTRIES
                    + " can be: remove those whose certificates have expired, or change to another authority");
        }
        Set<ActorId> actors = new HashSet<>();
        Set<BigInteger> serials = new HashSet<>();
        Set<String> fingerprints = new HashSet<>();
        for (String entry : entries) {
            String text = entry.strip().toLowerCase(Locale.ROOT);
            String hex = text.replace(":", "");
            if (UUID_TEXT.matcher(text).matches()) {
                actors.add(new ActorId(UUID.fromString(text)));
            } else if (FINGERPRINT.matcher(hex).matches()) {
                fingerprints.add(hex);
            } else if (SERIAL.matcher(hex).matches()) {
                serials.add(new BigInteger(hex, HEX));
            } else {
                throw new IllegalArgumentException("'" + entry + "' cannot be revoked: it must be an actor id"
                        + " (a UUID), the serial number of a certificate in hexadecimal, or its SHA-256 fingerprint");
            }
        }
        return new Revocations(actors, serials, fingerprints);
    }

    /** Both. */
    public Revocations and(Revocations other) {
        Set<ActorId> bothActors = new HashSet<>(actors);
        bothActors.addAll(other.actors);
        Set<BigInteger> bothSerials = new HashSet<>(serials);
        bothSerials.addAll(other.serials);
        Set<String> bothFingerprints = new HashSet<>(fingerprints);
        bothFingerprints.addAll(other.fingerprints);
        return new Revocations(bothActors, bothSerials, bothFingerprints);
    }

    public boolean isEmpty() {
        return actors.isEmpty() && serials.isEmpty() && fingerprints.isEmpty();
    }

    /** What people on both sides are told if this actor is revoked. */
    public Optional<String> reason(ActorId actor) {
        return actors.contains(actor)
                ? Optional.of("actor " + actor + " has been revoked (corrosion.security.revoked)")
                : Optional.empty();
    }

    /** The same for a chain of certificates, the node's own first; not for the actor that it names. */
    public Optional<String> reason(List<X509Certificate> chain) {
        if (!serials.isEmpty() && serials.contains(chain.get(0).getSerialNumber())) {
            return Optional.of("the certificate with the serial number " + CertificateFacts.serial(chain.get(0))
                    + " has been revoked (corrosion.security.revoked)");
        }
        if (fingerprints.isEmpty()) {
            return Optional.empty();
        }
        return chain.stream()
                .map(CertificateFacts::fingerprint)
                .filter(fingerprints::contains)
                .map(found -> "the certificate with the fingerprint " + found
                        + " has been revoked (corrosion.security.revoked)")
                .findFirst();
    }

    /** Whether a certificate that was seen is revoked itself. */
    public boolean contains(NodeStatus.Certificate seen) {
        return fingerprints.contains(seen.fingerprint()) || serials.contains(new BigInteger(seen.serial(), HEX));
    }
}
