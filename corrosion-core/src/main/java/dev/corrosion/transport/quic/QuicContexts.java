package dev.corrosion.transport.quic;

import dev.corrosion.transport.identity.ClusterTrustManager;
import dev.corrosion.transport.identity.NodeIdentity;
import dev.corrosion.transport.identity.Revocations;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.QuicTokenHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.util.AttributeKey;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The TLS and QUIC parameters of both directions, and who owns what of them may change while the transport is open: what this
 * node shows, and whom it lets in. Thread-safe.
 */
final class QuicContexts {

    /** The application protocol (ALPN) both sides must speak. */
    static final String PROTOCOL = "corrosion/1";

    /** The size every path carries (RFC 9000 section 14); Netty's codec does not discover larger ones. */
    private static final int UDP_PAYLOAD_BYTES = 1200;

    /** Datagrams that wait to be sent or read; further ones are lost. */
    private static final int DATAGRAM_QUEUE = 1024;

    /**
     * Bytes a peer may send ahead of what has been read: at first, quiche raises them on fast links to at most 16 MiB a
     * stream and 24 MiB a connection. The connection's share is larger, so that one stream which is not read does not
     * stop the others.
     */
    private static final int CONNECTION_WINDOW = 8 << 20;

    private static final int FRAME_STREAM_WINDOW = 1 << 20;
    private static final int EXCHANGE_WINDOW = 512 << 10;

    /** Each side sends its frames on one stream. */
    private static final int FRAME_STREAMS = 1;

    private final QuicOptions options;
    private static final AttributeKey<Integer> GENERATION = AttributeKey.valueOf(QuicContexts.class, "generation");

    private final Clock clock;
    private volatile Generation current;
    private volatile Revocations revocations;

    /** What connections are made with. Never changed: what has changed is the next one, with tickets of its own. */
    private record Generation(int number, NodeIdentity identity, QuicSslContext server, QuicSslContext client) {}

    QuicContexts(QuicOptions options, Clock clock) {
        this.options = options;
        this.clock = clock;
        this.revocations = options.revocations();
        this.current = generation(0, options.identity());
    }

    private Generation generation(int number, NodeIdentity identity) {
        var trust = new ReportingTrustManager(new ClusterTrustManager(identity, clock, this::revocations));
        var keys = new IdentityKeyManager(identity);
        QuicSslContext server = QuicSslContextBuilder.forServer(keys, null)
                .trustManager(trust)
                .clientAuth(ClientAuth.REQUIRE)
                .applicationProtocols(PROTOCOL)
                .build();
        QuicSslContext client = QuicSslContextBuilder.forClient()
                .keyManager(keys, null)
                .trustManager(trust)
                // Peers are known by actor id; their addresses are not identities.
                .endpointIdentificationAlgorithm(null)
                .applicationProtocols(PROTOCOL)
                .build();
        return new Generation(number, identity, server, client);
    }

    NodeIdentity identity() {
        return current.identity();
    }

    /** Counts the identities that there have been. */
    int generation() {
        return current.number();
    }

    /** With which of them a connection is made. */
    static int generation(QuicChannel channel) {
        Integer number = channel.attr(GENERATION).get();
        return number == null ? 0 : number;
    }

    /** For connections from now on. Blocks for some milliseconds. */
    synchronized void renew(NodeIdentity identity) {
        current = generation(current.number() + 1, identity);
    }

    Revocations revocations() {
        return revocations;
    }

    void revoke(Revocations revoked) {
        revocations = revoked;
    }

    ChannelHandler serverCodec(ChannelHandler connections, ChannelHandler streams, QuicTokenHandler tokens) {
        return configured(new QuicServerCodecBuilder())
                .sslEngineProvider(channel -> engine(channel, Generation::server))
                .handler(connections)
                .streamHandler(streams)
                .tokenHandler(tokens)
                .build();
    }

    ChannelHandler clientCodec() {
        return configured(new QuicClientCodecBuilder())
                .sslEngineProvider(channel -> engine(channel, Generation::client))
                .build();
    }

    private QuicSslEngine engine(QuicChannel channel, Function<Generation, QuicSslContext> side) {
        Generation used = current;
        channel.attr(GENERATION).set(used.number());
        return side.apply(used).newEngine(channel.alloc());
    }

    private <B extends QuicCodecBuilder<B>> B configured(B builder) {
        int exchanges = options.limits().exchangesPerLink() * QuicOptions.Limits.QUIC_STREAMS_PER_EXCHANGE;
        return builder.maxIdleTimeout(options.idleTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .maxSendUdpPayloadSize(UDP_PAYLOAD_BYTES)
                .initialMaxData(CONNECTION_WINDOW)
                .initialMaxStreamDataUnidirectional(FRAME_STREAM_WINDOW)
                .initialMaxStreamDataBidirectionalLocal(EXCHANGE_WINDOW)
                .initialMaxStreamDataBidirectionalRemote(EXCHANGE_WINDOW)
                .initialMaxStreamsUnidirectional(FRAME_STREAMS)
                .initialMaxStreamsBidirectional(exchanges)
                // Links to addresses that changed are opened anew: migration was seen to stall.
                .activeMigration(false)
                .datagram(DATAGRAM_QUEUE, DATAGRAM_QUEUE);
    }
}
