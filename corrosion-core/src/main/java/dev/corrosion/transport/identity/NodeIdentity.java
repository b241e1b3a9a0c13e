package dev.corrosion.transport.identity;

import dev.corrosion.ActorId;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Set;

/**
 * What a node shows the others to be let in, and what it asks of them.
 *
 * @param actorId who the certificate says this node is
 * @param privateKey the key of {@code certificate}; never leaves the process
 * @param certificate what peers are shown
 * @param trustAnchors the authorities of which one must have issued a peer's certificate
 * @param development whether the authority's secret is public, so that the identity proves nothing: it may be used on
 *     loopback addresses only
 */
public record NodeIdentity(
        ActorId actorId,
        PrivateKey privateKey,
        X509Certificate certificate,
        Set<X509Certificate> trustAnchors,
        boolean development) {

    public NodeIdentity {
        trustAnchors = Set.copyOf(trustAnchors);
    }

    /** Leaves the key out, so that it cannot reach a log. */
    @Override
    public String toString() {
        return "NodeIdentity[actorId=" + actorId + ", development=" + development + "]";
    }
}
