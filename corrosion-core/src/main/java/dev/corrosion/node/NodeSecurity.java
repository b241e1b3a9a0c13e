package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CertificateSource;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.NodeCertificates;
import dev.corrosion.NodeStatus;
import dev.corrosion.transport.Credentials;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.identity.ActorUri;
import dev.corrosion.transport.identity.CertificateFacts;
import dev.corrosion.transport.identity.CertificateIdentity;
import dev.corrosion.transport.identity.NodeIdentity;
import dev.corrosion.transport.identity.Revocations;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps up with what this node shows the others and with whom it lets in: looks at certificates and at the list of the revoked
 * again and again, and has the transport and membership use what has changed. What cannot be used changes nothing.
 *
 * <p>Thread-safe.
 */
final class NodeSecurity implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeSecurity.class);

    private static final Duration INTERVAL = Duration.ofSeconds(CertificateSource.CHECK_SECONDS);

    /** How often the log says again that the certificate of this node expires. */
    private static final Duration REMINDER = Duration.ofDays(1);

    /** Warnings of peers' certificates at a time. */
    private static final int MAX_PEER_WARNINGS = 5;

    private final CorrosionOptions options;
    private final Host host;
    private final Clock clock;
    private final Transport transport;
    private final ActorId self;
    private final Consumer<Set<ActorId>> ban;

    private volatile Runnable stopLooking = () -> {};
    private volatile Runnable stopListening = () -> {};
    private boolean looking;
    private boolean closed;
    private Revocations configured = Revocations.NONE;
    private Revocations called = Revocations.NONE;
    private Revocations refused = Revocations.NONE;
    private Set<ActorId> banned = Set.of();
    private @Nullable Instant reminded;

    /** What was wrong when the certificates were looked at the last time; told if it is so twice. */
    private @Nullable String unusable;

    private volatile Optional<String> certificatesFailure = Optional.empty();
    private volatile Optional<String> revocationsFailure = Optional.empty();

    NodeSecurity(CorrosionOptions options, Host host, Transport transport, ActorId self, Consumer<Set<ActorId>> ban) {
        this.options = options;
        this.host = host;
        this.clock = host.clock();
        this.transport = transport;
        this.self = self;
        this.ban = ban;
    }

    /** Begins to look. */
    synchronized void start() {
        CertificateSource source = options.certificates();
        if (source != null) {
            stopListening = source.onChange(this::look);
        }
        if (source != null
                || options.revokedFile() != null
                || !options.revoked().isEmpty()) {
            look();
            lookAgainAndAgain();
        }
    }

    private void lookAgainAndAgain() {
        if (!looking && !closed) {
            looking = true;
            stopLooking = host.every("security", INTERVAL, this::look);
        }
    }

    /** Takes what has changed. */
    synchronized void look() {
        if (closed) {
            return;
        }
        CertificateSource source = options.certificates();
        if (source != null) {
            renew(source);
            remind(clock.instant());
        }
        try {
            configured = RevokedList.read(options, self);
            revocationsFailure = Optional.empty();
        } catch (CorrosionException e) {
            if (revocationsFailure.isEmpty()) {
                log.warn("The list of the revoked stays as it was: {}", e.getMessage());
            }
            revocationsFailure = Optional.of("the list of the revoked is not up to date: " + e.getMessage());
        }
        refuseRevoked();
    }

    private void renew(CertificateSource source) {
        try {
            NodeCertificates loaded = source.load();
            Optional<NodeIdentity> current = transport.identity();
            if (current.isEmpty() || !current.get().consistsOf(loaded)) {
                NodeIdentity renewed = CertificateIdentity.of(loaded, self, clock);
                transport.renew(renewed);
                reminded = null;
                log.info(
                        "New certificate in use: {}, valid until {}; links are opened anew with it, one after the other",
                        renewed.certificate().getSubjectX500Principal(),
                        renewed.certificate().getNotAfter().toInstant());
            }
            unusable = null;
            certificatesFailure = Optional.empty();
        } catch (RuntimeException e) {
            String reason = e instanceof CorrosionException ? String.valueOf(e.getMessage()) : e.toString();
            // Files are replaced one after the other: for a moment the key may not fit.
            boolean again = reason.equals(unusable);
            unusable = reason;
            if (again && certificatesFailure.isEmpty()) {
                log.warn("The new certificate cannot be used, the old one stays in use: {}", reason);
            }
            if (again) {
                certificatesFailure =
                        Optional.of("the new certificate cannot be used, the old one is in use: " + reason);
            }
        }
    }

    private void remind(Instant now) {
        NodeStatus.Certificate own = own();
        if (own != null && Expiry.isNear(own, now) && (reminded == null || now.isAfter(reminded.plus(REMINDER)))) {
            reminded = now;
            log.warn("The certificate of this node {}: {}", Expiry.inWords(own, now), renewal());
        }
    }

    /** Shuts out whoever these name, too. */
    synchronized void revoke(Collection<String> entries) {
        Revocations added = Revocations.parse(entries);
        if (added.actors().contains(self)) {
            throw new IllegalArgumentException("this node itself, actor " + self
                    + ", is to be revoked: revoke it on the" + " others, and stop it");
        }
        called = called.and(added);
        refuseRevoked();
        lookAgainAndAgain();
    }

    private void refuseRevoked() {
        Revocations revoked = configured.and(called);
        if (!revoked.equals(refused)) {
            refused = revoked;
            transport.revoke(revoked);
            log.info(
                    "Revoked: {} actors, {} certificates by serial number, {} by fingerprint",
                    revoked.actors().size(),
                    revoked.serials().size(),
                    revoked.fingerprints().size());
        }
        // Whose certificate is revoked is no member until another certificate is seen.
        Set<ActorId> out = new HashSet<>(revoked.actors());
        if (!revoked.isEmpty()) {
            transport.peerCertificates().forEach((actor, certificate) -> {
                if (revoked.contains(certificate)) {
                    out.add(actor);
                }
            });
        }
        out.remove(self);
        if (!out.equals(banned)) {
            banned = Set.copyOf(out);
            ban.accept(banned);
        }
    }

    /** What this node's certificate says of it; without one, who it is. */
    static Credentials credentials(Transport transport, ActorId self) {
        Optional<NodeIdentity> identity = transport.identity();
        if (identity.isEmpty()) {
            return Credentials.of(self);
        }
        X509Certificate certificate = identity.get().certificate();
        try {
            return new Credentials(ActorUri.find(certificate).orElse(null), ActorUri.tags(certificate));
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate in use has been checked", e);
        }
    }

    /** How members prove that they belong, for people. */
    String describe() {
        if (options.certificates() != null) {
            return "certificates";
        }
        return options.secret() == null ? "development (loopback only)" : "secret";
    }

    NodeStatus.Certificates certificates() {
        return new NodeStatus.Certificates(own(), transport.peerCertificates());
    }

    private NodeStatus.@Nullable Certificate own() {
        return transport
                .identity()
                .map(identity -> CertificateFacts.of(identity.certificate()))
                .orElse(null);
    }

    /** What keeps this node from its cluster, in words. */
    List<String> problems() {
        NodeStatus.Certificate own = own();
        Instant now = clock.instant();
        return own == null || !Expiry.isExpired(own, now)
                ? List.of()
                : List.of("the certificate of this node " + Expiry.inWords(own, now)
                        + ", and others do not let it in any more: " + renewal());
    }

    /** What a person should look at, in words. */
    List<String> warnings(Instant now) {
        List<String> warnings = new ArrayList<>();
        certificatesFailure.ifPresent(warnings::add);
        revocationsFailure.ifPresent(warnings::add);
        NodeStatus.Certificates certificates = certificates();
        NodeStatus.Certificate own = certificates.own();
        if (own != null && Expiry.isNear(own, now) && !Expiry.isExpired(own, now)) {
            warnings.add("the certificate of this node " + Expiry.inWords(own, now) + ": " + renewal());
        }
        certificates.peers().entrySet().stream()
                .filter(peer -> !peer.getKey().equals(self) && Expiry.isNear(peer.getValue(), now))
                .limit(MAX_PEER_WARNINGS)
                .forEach(peer -> warnings.add("the certificate of member " + peer.getKey() + " "
                        + Expiry.inWords(peer.getValue(), now) + ", as it was when it was seen last"));
        return warnings;
    }

    private String renewal() {
        return options.certificates() != null
                ? "replace it and its key where they come from (corrosion.security.bundle, or the files); the node takes"
                        + " them up while it runs"
                : "restart the application, which makes another";
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        // Not with the lock: what stops waits for a look that is under way.
        stopListening.run();
        stopLooking.run();
    }
}
