package dev.corrosion;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The key and certificates of a node, issued by an authority of the cluster's operators.
 *
 * @param privateKey the key of the first certificate of the chain, EC or RSA
 * @param chain the node's own certificate, then those between it and the authority
 * @param trusted the authorities of which one must have issued a peer's certificate, this node's own among them
 */
public record NodeCertificates(PrivateKey privateKey, List<X509Certificate> chain, List<X509Certificate> trusted) {

    public NodeCertificates {
        chain = List.copyOf(chain);
        trusted = List.copyOf(trusted);
        if (chain.isEmpty()) {
            throw new CorrosionException("there is no certificate: the node needs one, with those between it and the"
                    + " authority that has issued it");
        }
        if (trusted.isEmpty()) {
            throw new CorrosionException(
                    "there is no authority to trust: name the certificates of those that issue nodes theirs");
        }
    }

    /** Leaves the key out, so that it cannot reach a log. */
    @Override
    public String toString() {
        return "NodeCertificates[subject=" + chain.get(0).getSubjectX500Principal() + ", trusted=" + trusted.size()
                + "]";
    }
}
