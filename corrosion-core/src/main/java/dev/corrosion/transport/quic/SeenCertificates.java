package dev.corrosion.transport.quic;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import dev.corrosion.transport.identity.CertificateFacts;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;

/** What each actor has shown last. Written by the event loop, read by any thread. */
final class SeenCertificates {

    /** The ones of longest ago are forgotten. */
    static final int MAX_ACTORS = 4096;

    private final Map<ActorId, NodeStatus.Certificate> seen = new LinkedHashMap<>();

    synchronized void put(ActorId actor, X509Certificate certificate) {
        seen.remove(actor);
        if (seen.size() >= MAX_ACTORS) {
            seen.remove(seen.keySet().iterator().next());
        }
        seen.put(actor, CertificateFacts.of(certificate));
    }

    synchronized Map<ActorId, NodeStatus.Certificate> snapshot() {
        return Map.copyOf(seen);
    }
}
