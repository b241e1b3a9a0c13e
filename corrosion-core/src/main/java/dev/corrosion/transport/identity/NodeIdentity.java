package dev.corrosion.transport.identity;

import dev.corrosion.ActorId;
import dev.corrosion.NodeCertificates;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * What a node shows the others to be let in, and what it asks of them.
 *
 * @param actorId who this node is
 * @param privateKey the key of the first certificate; never leaves the process
 * @param chain what peers are shown: the node's certificate, then those between it and the authority
 * @param trustAnchors the authorities of which one must have issued a peer's certificate
 * @param kind where it all comes from
 */
public record NodeIdentity(
        ActorId actorId,
        PrivateKey privateKey,
        List<X509Certificate> chain,
        Set<X509Certificate> trustAnchors,
        Kind kind) {

    /** Where an identity comes from. */
    public enum Kind {
        /** The authority's secret is public, so that the identity proves nothing: for loopback addresses only. */
        DEVELOPMENT,
        /** The authority is derived from the cluster's secret. */
        SECRET,
        /** Somebody else runs the authority; its certificates need not name an actor. */
        CERTIFICATES
    }

    public NodeIdentity {
        chain = List.copyOf(chain);
        trustAnchors = Set.copyOf(trustAnchors);
    }

    /** The node's own certificate. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    public boolean development() {
        return kind == Kind.DEVELOPMENT;
    }

    /** Whether these certificates are the ones in use. */
    public boolean consistsOf(NodeCertificates certificates) {
        return kind == Kind.CERTIFICATES
                && chain.equals(certificates.chain())
                && trustAnchors.equals(Set.copyOf(certificates.trusted()))
                && privateKey.equals(certificates.privateKey());
    }

    /** Leaves the key out, so that it cannot reach a log. */
    @Override
    public String toString() {
        return "NodeIdentity[actorId=" + actorId + ", kind=" + kind + "]";
    }
}
