package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CertificateSource;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.transport.identity.CertificateIdentity;
import dev.corrosion.transport.identity.ClusterAuthority;
import dev.corrosion.transport.identity.NodeIdentity;
import dev.corrosion.transport.identity.Revocations;
import dev.corrosion.transport.quic.QuicOptions;
import dev.corrosion.transport.quic.QuicTransport;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the transport with the identity that the options call for. */
final class ClusterTransport {

    private static final Logger log = LoggerFactory.getLogger(ClusterTransport.class);

    private ClusterTransport() {}

    static QuicTransport open(CorrosionOptions options, ClusterBinding binding, ActorId actorId, Clock clock) {
        NodeIdentity identity = identity(options, actorId, clock);
        Revocations revoked = RevokedList.read(options, actorId);
        QuicOptions quic = quic(options, binding.address(), identity, revoked);
        try {
            return QuicTransport.open(quic, clock);
        } catch (CorrosionException e) {
            if (!binding.anyPortIfTaken() || !(e.getCause() instanceof BindException)) {
                throw e;
            }
            log.warn(
                    "port {} is taken and corrosion.cluster.port is not set: any free port is used. This node can join"
                            + " others, but others need a known port to join through it",
                    binding.address().getPort());
            InetSocketAddress anyPort = new InetSocketAddress(binding.address().getAddress(), 0);
            return QuicTransport.open(quic(options, anyPort, identity, revoked), clock);
        }
    }

    /** Opens one that nobody is told of, and closes it. */
    static void preload(ActorId actorId, Clock clock) {
        NodeIdentity identity = ClusterAuthority.development().issue(actorId, clock.instant(), List.of());
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        QuicTransport.open(QuicOptions.of(loopback, identity)).close();
    }

    private static QuicOptions quic(
            CorrosionOptions options, InetSocketAddress address, NodeIdentity identity, Revocations revoked) {
        return QuicOptions.of(address, identity)
                .withAdvertisedHost(options.cluster().advertisedHost())
                .withCluster(options.cluster().id())
                .withRevocations(revoked);
    }

    private static NodeIdentity identity(CorrosionOptions options, ActorId actorId, Clock clock) {
        CertificateSource certificates = options.certificates();
        if (certificates != null) {
            return CertificateIdentity.of(certificates.load(), actorId, clock);
        }
        String secret = options.secret();
        ClusterAuthority authority =
                secret == null ? ClusterAuthority.development() : ClusterAuthority.fromSecret(secret);
        return authority.issue(
                actorId,
                clock.instant(),
                options.acceptedSecrets().stream()
                        .map(ClusterAuthority::fromSecret)
                        .toList());
    }
}
