package dev.corrosion.transport.quic;

import dev.corrosion.transport.identity.NodeIdentity;
import dev.corrosion.transport.identity.Revocations;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to open a {@link QuicTransport}.
 *
 * @param bind where to listen; port 0 takes any free one
 * @param advertisedHost where the others reach this node; null takes the bound address or, if that is the wildcard, the
 *     first address of the machine that is not loopback
 * @param identity what this node shows the others at first
 * @param revocations who is not let in, at first
 * @param cluster the id of the cluster; empty if it has none
 * @param loopbackOnly whether to refuse addresses of other machines; always so for a development identity
 * @param idleTimeout a link on which nothing has been heard for so long is closed
 * @param connectTimeout how long a link may take to be usable, the peer's greeting included
 * @param limits bounds of queues
 */
public record QuicOptions(
        InetSocketAddress bind,
        @Nullable String advertisedHost,
        NodeIdentity identity,
        Revocations revocations,
        String cluster,
        boolean loopbackOnly,
        Duration idleTimeout,
        Duration connectTimeout,
        Limits limits) {

    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

    public QuicOptions {
        loopbackOnly = loopbackOnly || identity.development();
        requirePositive("idle timeout", idleTimeout);
        requirePositive("connect timeout", connectTimeout);
    }

    /** Listens on an address, with defaults for the rest. */
    public static QuicOptions of(InetSocketAddress bind, NodeIdentity identity) {
        return new QuicOptions(
                bind,
                null,
                identity,
                Revocations.NONE,
                "",
                false,
                DEFAULT_IDLE_TIMEOUT,
                DEFAULT_CONNECT_TIMEOUT,
                Limits.DEFAULT);
    }

    public QuicOptions withAdvertisedHost(@Nullable String host) {
        return new QuicOptions(
                bind, host, identity, revocations, cluster, loopbackOnly, idleTimeout, connectTimeout, limits);
    }

    /** Of this cluster; nodes of others are refused. */
    public QuicOptions withCluster(String id) {
        return new QuicOptions(
                bind, advertisedHost, identity, revocations, id, loopbackOnly, idleTimeout, connectTimeout, limits);
    }

    /** Refusing these. */
    public QuicOptions withRevocations(Revocations revoked) {
        return new QuicOptions(
                bind, advertisedHost, identity, revoked, cluster, loopbackOnly, idleTimeout, connectTimeout, limits);
    }

    public QuicOptions withTimeouts(Duration idle, Duration connect) {
        return new QuicOptions(
                bind, advertisedHost, identity, revocations, cluster, loopbackOnly, idle, connect, limits);
    }

    public QuicOptions withLimits(Limits changed) {
        return new QuicOptions(
                bind,
                advertisedHost,
                identity,
                revocations,
                cluster,
                loopbackOnly,
                idleTimeout,
                connectTimeout,
                changed);
    }

    /**
     * Bounds of queues. A single item larger than a bound passes if nothing else waits.
     *
     * @param queuedBytes bytes that may wait for one peer, or for one asker of an exchange
     * @param connectingBytes bytes that may wait for a link that is being opened
     * @param exchangesPerLink exchanges that may be open on one link, in each direction
     * @param exchangeTimeout an exchange on which nothing happens for so long is broken off
     */
    public record Limits(int queuedBytes, int connectingBytes, int exchangesPerLink, Duration exchangeTimeout) {

        public static final Limits DEFAULT = new Limits(8 << 20, 1 << 20, 64, Duration.ofSeconds(30));

        /** What the QUIC layer is told; higher than {@link #exchangesPerLink} since its credit returns late. */
        static final int QUIC_STREAMS_PER_EXCHANGE = 16;

        public Limits {
            if (queuedBytes <= 0 || connectingBytes <= 0 || exchangesPerLink <= 0) {
                throw new IllegalArgumentException("limits must be positive");
            }
            requirePositive("exchange timeout", exchangeTimeout);
        }
    }

    private static void requirePositive(String what, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("the " + what + " must be positive: " + duration);
        }
    }
}
