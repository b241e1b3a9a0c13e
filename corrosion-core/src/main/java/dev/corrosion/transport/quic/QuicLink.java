package dev.corrosion.transport.quic;

import dev.corrosion.ActorId;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.identity.ActorUri;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionPathStats;
import io.netty.handler.codec.quic.QuicConnectionStats;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a peer. It is usable once both sides have greeted each other: until then a connection that the other
 * side is about to refuse looks like any other. Event loop only.
 */
final class QuicLink implements FrameSink {

    /** Largest greeting accepted. */
    static final int MAX_HELLO_BYTES = 64 << 10;

    /** Datagrams kept that overtook the greeting. */
    private static final int MAX_EARLY_DATAGRAMS = 16;

    /** How often the packet counts are looked at, in terms of how long silence is borne. */
    private static final int CHECKS_PER_SILENCE = 8;

    /** How long silence is borne, in terms of how long connecting may take. */
    private static final int SILENCE_PER_CONNECT_TIMEOUT = 2;

    /** Longest reason given to, or taken from, a peer. */
    private static final int MAX_REASON_BYTES = 512;

    private static final Logger log = LoggerFactory.getLogger(QuicLink.class);

    /** How long a link that takes nothing new waits for what is under way on it; a copy of a database may take minutes. */
    static final Duration RETIREMENT = Duration.ofMinutes(5);

    /** How long a link that is done stays open, for packets that have to be sent again. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** Whom a link belongs to. */
    interface Owner {

        /** The link can be used. */
        void onReady(QuicLink link);

        /**
         * The peer says no more on this link.
         *
         * @return whether another link to it is used instead, so that this one can wait for what is under way
         */
        boolean isReplaced(QuicLink link);

        /** The link is gone; told once, whether it was ready or not. */
        void onClosed(QuicLink link);
    }

    private final LocalNode node;
    private final QuicChannel channel;
    private final Owner owner;
    private final @Nullable InetSocketAddress dialled;
    private final InetSocketAddress remote;
    private final ExchangeStreams exchanges;
    private final ScheduledFuture<?> greetingDeadline;
    private final SilenceDetector silence;
    private final long silenceCheckNanos;
    private final List<byte[]> earlyDatagrams = new ArrayList<>();

    private @Nullable ScheduledFuture<?> silenceCheck;
    private @Nullable ScheduledFuture<?> retirement;
    private @Nullable ScheduledFuture<?> lingering;
    private @Nullable PeerCertificate certificate;
    private @Nullable FrameWriter frames;
    private @Nullable FrameReader reader;
    private @Nullable HelloFrame peerHello;
    private @Nullable Peer peer;
    private boolean ready;
    private boolean leaving;
    private boolean retiring;
    private boolean peerEnded;
    private boolean closing;
    private boolean refused;
    private long readyAt;
    private int generation;
    private int attempts;

    QuicLink(LocalNode node, QuicChannel channel, @Nullable InetSocketAddress dialled, Owner owner) {
        this.node = node;
        this.channel = channel;
        this.owner = owner;
        this.dialled = dialled;
        this.remote = dialled != null
                ? dialled
                : (InetSocketAddress) Objects.requireNonNull(channel.remoteSocketAddress(), "remote address");
        this.exchanges = new ExchangeStreams(node, channel, this::goodbye, this::lingerIfDone);
        this.greetingDeadline = channel.eventLoop()
                .schedule(this::greetingMissed, node.options().connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
        Duration patience = node.options().connectTimeout().multipliedBy(SILENCE_PER_CONNECT_TIMEOUT);
        this.silence = new SilenceDetector(patience);
        this.silenceCheckNanos = patience.toNanos() / CHECKS_PER_SILENCE;
        channel.closeFuture().addListener(closed -> onClosed());
    }

    /** The address that was dialled to get here; null if the peer has dialled. */
    @Nullable InetSocketAddress dialled() {
        return dialled;
    }

    /** Where the other end is: where it listens if that is known, else where its packets come from. */
    InetSocketAddress remote() {
        return dialled == null && peer != null ? peer.address() : remote;
    }

    /** What to call the other end in messages to people. */
    private String remoteNode() {
        String address = NetUtil.toSocketAddressString(remote());
        return dialled == null && peer == null ? "the node connecting from " + address : "the node at " + address;
    }

    boolean isReady() {
        return ready;
    }

    /** Whether something new may be sent on this link. */
    boolean isOpen() {
        return !closing && !leaving && channel.isOpen();
    }

    /** Whether the link was refused by either side, so that trying again soon is of no use. */
    boolean wasRefused() {
        return refused;
    }

    /** Who is at the other end; only once ready. */
    Peer peer() {
        return Objects.requireNonNull(peer, "not ready");
    }

    long peerInstance() {
        return Objects.requireNonNull(peerHello, "not ready").instance();
    }

    /** Who has opened the link. */
    ActorId initiator() {
        return dialled != null ? node.actorId() : peer().actorId();
    }

    long readyAt() {
        return readyAt;
    }

    /** Which of this node's identities it was made with. */
    int generation() {
        return generation;
    }

    /** Whether one of the two ends has another identity here than on a link that is older. */
    boolean hasNewerIdentityThan(QuicLink older) {
        return generation > older.generation || (generation == older.generation && !leaf().equals(older.leaf()));
    }

    private X509Certificate leaf() {
        return shown().leaf();
    }

    private PeerCertificate shown() {
        return Objects.requireNonNull(certificate, "no handshake yet");
    }

    /** How often it was tried to replace this link. */
    int attempts() {
        return attempts;
    }

    /** Counts one more. */
    int nextAttempt() {
        return ++attempts;
    }

    // ---- sending

    /** Queues a frame; false if too much is waiting. */
    boolean sendFrame(byte[] frame) {
        if (!isOpen() || frames == null || !frames.offer(frame, null)) {
            return false;
        }
        node.counters().frameSent(frame.length);
        return true;
    }

    void sendDatagram(byte[] payload) {
        ByteBuf buffer = channel.alloc().directBuffer(payload.length).writeBytes(payload);
        node.counters().datagramSent(payload.length);
        Outcome.logged("sending a datagram", channel.writeAndFlush(buffer));
    }

    void exchange(byte[] request, ExchangeHandler handler) {
        exchanges.ask(request, handler);
    }

    // ---- getting ready

    /** The TLS handshake is done, as far as this side can tell. */
    void onActive() {
        generation = QuicContexts.generation(channel);
        try {
            certificate = PeerCertificate.of(channel.sslEngine());
            // Not every handshake has looked at it: a session that goes on has not.
            requireNotRevoked(certificate);
        } catch (RefusedException e) {
            refuse(String.valueOf(e.getMessage()));
            return;
        }
        channel.createStream(QuicStreamType.UNIDIRECTIONAL, new StreamErrors())
                .addListener((Future<QuicStreamChannel> opened) -> {
                    if (opened.isSuccess()) {
                        greet(opened.getNow());
                    } else if (isOpen()) {
                        close(ErrorCode.PROTOCOL, "no stream for frames: " + opened.cause());
                    }
                });
    }

    private void greet(QuicStreamChannel stream) {
        frames = new FrameWriter(stream, node.limits().queuedBytes(), () -> {});
        frames.offer(node.hello().encode(), null);
        readyIfGreeted();
    }

    /** A stream opened by the peer; called when it is registered, before it is read. */
    void onStream(QuicStreamChannel stream) {
        stream.config().setAutoRead(false);
        if (!isOpen() && (!retiring || closing)) {
            Outcome.logged("closing a stream", stream.close());
        } else if (stream.type() == QuicStreamType.BIDIRECTIONAL) {
            exchanges.accept(stream);
        } else if (reader == null) {
            reader = new FrameReader(this, MAX_HELLO_BYTES);
            stream.pipeline().addLast(reader);
        } else {
            close(ErrorCode.PROTOCOL, "a second stream of frames");
        }
    }

    private void onHello(byte[] bytes) {
        try {
            HelloFrame hello = HelloFrame.decode(bytes);
            check(hello);
            peerHello = hello;
            peer = new Peer(hello.actorId(), hello.address(), shown().credentials());
        } catch (RefusedException e) {
            refuse(String.valueOf(e.getMessage()));
            return;
        }
        if (reader != null) {
            reader.maxFrameBytes(Transport.MAX_FRAME_BYTES);
        }
        readyIfGreeted();
    }

    /** The messages are read on both sides: they must not say "this node". */
    private void check(HelloFrame hello) throws RefusedException {
        ActorId certified = certificate == null ? null : certificate.actor();
        if (certified != null && !hello.actorId().equals(certified)) {
            throw new RefusedException(
                    "the greeting names actor " + hello.actorId() + " but the certificate " + certified);
        }
        requireNotRevoked(hello.actorId());
        String cluster = node.options().cluster();
        if (!hello.cluster().equals(cluster)) {
            throw new RefusedException("the nodes belong to two clusters, '" + cluster + "' and '" + hello.cluster()
                    + "': if that is wrong, set corrosion.cluster.id to the same on all nodes of a cluster");
        }
        if (node.options().loopbackOnly() && !hello.address().getAddress().isLoopbackAddress()) {
            throw new RefusedException("the advertised address " + hello.address()
                    + " is not a loopback address: set corrosion.security.secret on all nodes to leave the machine");
        }
    }

    private void requireNotRevoked(PeerCertificate shown) throws RefusedException {
        Optional<String> reason = node.contexts().revocations().reason(shown.chain());
        if (reason.isPresent()) {
            throw new RefusedException(reason.get());
        }
        if (shown.actor() != null) {
            requireNotRevoked(shown.actor());
        }
    }

    private void requireNotRevoked(ActorId actor) throws RefusedException {
        Optional<String> reason = node.contexts().revocations().reason(actor);
        if (reason.isPresent()) {
            throw new RefusedException(reason.get());
        }
    }

    /** Closes the link if its other end has been revoked since it was made. */
    void cutIfRevoked() {
        try {
            if (certificate != null) {
                requireNotRevoked(certificate);
            }
            if (peer != null) {
                requireNotRevoked(peer.actorId());
            }
        } catch (RefusedException e) {
            if (!closing) {
                refuse(String.valueOf(e.getMessage()));
            }
        }
    }

    private void readyIfGreeted() {
        if (ready || peer == null || frames == null || !isOpen()) {
            return;
        }
        greetingDeadline.cancel(false);
        if (peerInstance() == node.hello().instance()) {
            log.debug("{} is this node itself", remote());
            refused = true;
            close(ErrorCode.BYE, "this is the same node");
            return;
        }
        ready = true;
        readyAt = node.nanoTime().getAsLong();
        node.seen().put(peer.actorId(), leaf());
        exchanges.greeted(peer);
        owner.onReady(this);
        earlyDatagrams.forEach(this::deliver);
        earlyDatagrams.clear();
        exchanges.start();
        measureRoundTrip();
        checkLater();
    }

    private void measureRoundTrip() {
        channel.collectPathStats(0).addListener((Future<QuicConnectionPathStats> collected) -> {
            if (collected.isSuccess()) {
                node.roundTrips()
                        .measured(
                                peer().address(),
                                Duration.ofNanos(collected.getNow().rtt()));
            } else {
                log.debug("the round trip to {} is not known: {}", remote(), String.valueOf(collected.cause()));
            }
        });
    }

    private void checkLater() {
        // All links at the same moments, so that an idle node wakes up once for all of them.
        long untilNext = silenceCheckNanos - Math.floorMod(node.nanoTime().getAsLong(), silenceCheckNanos);
        silenceCheck = channel.eventLoop().schedule(this::checkSilence, untilNext, TimeUnit.NANOSECONDS);
    }

    private void checkSilence() {
        channel.collectStats().addListener((Future<QuicConnectionStats> collected) -> {
            if (closing || !collected.isSuccess()) {
                return;
            }
            QuicConnectionStats stats = collected.getNow();
            if (silence.isSilent(stats.sent(), stats.recv(), node.nanoTime().getAsLong())) {
                log.debug("{} does not answer any more", remote());
                close(ErrorCode.TIMEOUT, "no answer");
            } else {
                measureRoundTrip();
                checkLater();
            }
        });
    }

    private void greetingMissed() {
        close(ErrorCode.TIMEOUT, "no greeting in time");
    }

    // ---- receiving

    void onDatagram(ByteBuf buffer) {
        byte[] payload = new byte[buffer.readableBytes()];
        buffer.readBytes(payload);
        if (ready) {
            deliver(payload);
        } else if (earlyDatagrams.size() < MAX_EARLY_DATAGRAMS) {
            earlyDatagrams.add(payload);
        }
    }

    private void deliver(byte[] datagram) {
        node.counters().datagramReceived(datagram.length);
        node.listener().onDatagram(peer(), datagram);
    }

    @Override
    public CompletionStage<?> onFrame(byte[] frame) {
        if (peer == null) {
            onHello(frame);
            return CompletableFuture.completedFuture(null);
        }
        node.counters().frameReceived(frame.length);
        return node.listener().onFrame(peer, frame);
    }

    /** The peer is going, and all its frames have been delivered. */
    @Override
    public void onEnd() {
        peerEnded = true;
        if (retiring || owner.isReplaced(this)) {
            retire();
            lingerIfDone();
        } else {
            close(ErrorCode.BYE, "");
        }
    }

    @Override
    public void onBroken(Throwable cause) {
        if (closing) {
            return;
        }
        if (cause instanceof FrameTooLargeException) {
            node.refusals().cutOff(remote(), remoteNode(), String.valueOf(cause.getMessage()));
        } else {
            log.debug("the frames of {} broke off: {}", remote(), cause.toString());
        }
        close(ErrorCode.PROTOCOL, String.valueOf(cause.getMessage()));
    }

    // ---- ending

    /** Says goodbye after what is queued; the peer closes the link when it has taken it all. */
    void goodbye() {
        if (retiring) {
            close(ErrorCode.BYE, "");
        }
        if (leaving) {
            return;
        }
        if (ready && frames != null && isOpen()) {
            leaving = true;
            frames.end();
        } else {
            close(ErrorCode.BYE, "");
        }
    }

    /**
     * Takes nothing new, since another link does, and closes when both ends have said all that waits, and no exchange is under
     * way. Nothing that was sent is lost by that.
     */
    void retire() {
        if (leaving || closing || frames == null) {
            return;
        }
        log.debug("the link to {} is replaced", remote());
        leaving = true;
        retiring = true;
        frames.end();
        retirement = channel.eventLoop()
                .schedule(
                        () -> close(ErrorCode.REPLACED, "this link was replaced"),
                        RETIREMENT.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void lingerIfDone() {
        if (!retiring || !peerEnded || lingering != null || closing || !exchanges.isQuiet()) {
            return;
        }
        lingering = channel.eventLoop().schedule(this::closeIfDone, LINGER.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void closeIfDone() {
        lingering = null;
        if (exchanges.isQuiet()) {
            close(ErrorCode.BYE, "");
        }
    }

    void close(ErrorCode code, String reason) {
        if (closing) {
            return;
        }
        closing = true;
        log.debug("closing the link to {}: {} {}", remote(), code, reason);
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        ByteBuf buffer = Unpooled.copiedBuffer(text, 0, Math.min(text.length, MAX_REASON_BYTES));
        // Later: the codec may be in the middle of sending, and would not send what it says on closing, such as the TLS
        // alert that tells the peer why.
        EventLoops.hand(
                channel.eventLoop(), () -> Outcome.logged("closing a link", channel.close(true, code.code(), buffer)));
    }

    /** The connection was not made. */
    void onConnectFailed(Throwable cause) {
        onHandshakeFailed(cause);
        close(ErrorCode.BYE, "");
    }

    /** The TLS handshake failed on this side, or the connection could not be made at all. */
    void onHandshakeFailed(Throwable cause) {
        String reason = PeerCertificate.explain(cause, channel.sslEngine());
        if (reason == null) {
            log.debug("no link to {}: {}", remote(), cause.toString());
        } else if (!refused) {
            refused = true;
            rememberRevoked();
            node.refusals().weRefused(remote(), remoteNode(), reason);
        }
    }

    /** So that membership, too, knows whose certificate it was. */
    private void rememberRevoked() {
        X509Certificate[] revoked = ReportingTrustManager.revoked(channel.sslEngine());
        if (revoked == null) {
            return;
        }
        try {
            ActorUri.find(revoked[0]).ifPresent(actor -> node.seen().put(actor, revoked[0]));
        } catch (CertificateException e) {
            log.debug("whose certificate was refused is not known: {}", e.getMessage());
        }
    }

    /** The peer has closed the connection. */
    void onPeerClosed(boolean byApplication, int error, byte[] reason) {
        if (!byApplication && TlsAlert.isAlert(error)) {
            refused = true;
            node.refusals().theyRefused(remote(), remoteNode(), TlsAlert.explain(TlsAlert.of(error)));
        } else if (byApplication && error == ErrorCode.REFUSED.code()) {
            refused = true;
            node.refusals().theyRefused(remote(), remoteNode(), printable(reason));
        } else {
            log.debug("{} closed the link: error {} {}", remote(), error, printable(reason));
        }
        // Netty would wait for the draining period, in which what is sent is lost.
        close(ErrorCode.BYE, "");
    }

    private void refuse(String reason) {
        refused = true;
        node.refusals().weRefused(remote(), remoteNode(), reason);
        close(ErrorCode.REFUSED, reason);
    }

    private void onClosed() {
        closing = true;
        greetingDeadline.cancel(false);
        if (silenceCheck != null) {
            silenceCheck.cancel(false);
        }
        if (retirement != null) {
            retirement.cancel(false);
        }
        exchanges.close(new IOException("the link to " + remote() + " was closed"));
        owner.onClosed(this);
    }

    /** What a peer says goes to the log: without line breaks and the like. */
    private static String printable(byte[] reason) {
        String text = new String(reason, 0, Math.min(reason.length, MAX_REASON_BYTES), StandardCharsets.UTF_8);
        return text.replaceAll("\\p{C}", "?");
    }
}
