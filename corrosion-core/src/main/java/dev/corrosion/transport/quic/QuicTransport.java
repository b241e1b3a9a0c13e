package dev.corrosion.transport.quic;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.NodeStatus;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.TransportLinks;
import dev.corrosion.transport.TransportListener;
import dev.corrosion.transport.identity.NodeIdentity;
import dev.corrosion.transport.identity.Revocations;
import io.netty.handler.codec.quic.Quic;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaches other nodes over QUIC: one connection per pair of nodes where possible, one stream of frames in each
 * direction, one stream per exchange, and unreliable datagrams. Both sides prove by certificate that they belong to the
 * cluster.
 *
 * <p>Thread-safe. Listeners and handlers are called on one thread, the transport's.
 */
public final class QuicTransport implements Transport {

    /** Bytes handed over by callers that the transport's thread has not taken yet. */
    static final long MAX_HANDED_OVER_BYTES = 64L << 20;

    /** How long closing waits for peers to take what is queued. */
    private static final long GOODBYE_MILLIS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(QuicTransport.class);

    private final QuicOptions options;
    private final QuicContexts contexts;
    private final Sockets sockets;
    private final HelloFrame hello;
    private final Counters counters = new Counters();
    private final RoundTripTable roundTrips = new RoundTripTable();
    private final SeenCertificates seen = new SeenCertificates();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong handedOverBytes = new AtomicLong();

    /** Addresses whose listener is about to be told of shed frames; keeps one notice per address in the queue. */
    private final Set<InetSocketAddress> shedNotices = ConcurrentHashMap.newKeySet();

    private volatile @Nullable LocalNode node;
    private volatile @Nullable LinkTable table;
    private volatile @Nullable Recycler recycler;

    private QuicTransport(QuicOptions options, QuicContexts contexts, Sockets sockets, HelloFrame hello) {
        this.options = options;
        this.contexts = contexts;
        this.sockets = sockets;
        this.hello = hello;
    }

    /**
     * Binds the sockets; nothing is received before {@link #start}. Blocks for some hundred milliseconds the first time,
     * while native code is loaded.
     *
     * @throws dev.corrosion.InsecureClusterException if a development identity is to be used beyond loopback
     * @throws CorrosionException if the address cannot be bound, or this platform has no QUIC
     */
    public static QuicTransport open(QuicOptions options) {
        return open(options, Clock.systemUTC(), UnaryOperator.identity());
    }

    /** The same, with a clock to check certificates by. */
    public static QuicTransport open(QuicOptions options, Clock clock) {
        return open(options, clock, UnaryOperator.identity());
    }

    /** For tests: with a change to the greeting. */
    static QuicTransport open(QuicOptions options, Clock clock, UnaryOperator<HelloFrame> greeting) {
        requireQuic();
        Addresses.requireAllowed(options);
        QuicContexts contexts = new QuicContexts(options, clock);
        Sockets sockets = Sockets.bind(options.bind());
        try {
            InetSocketAddress advertised = Addresses.advertised(options, sockets.bound());
            HelloFrame hello = new HelloFrame(
                    options.identity().actorId(), new SecureRandom().nextLong(), advertised, options.cluster());
            return new QuicTransport(options, contexts, sockets, greeting.apply(hello));
        } catch (RuntimeException e) {
            sockets.close();
            throw e;
        }
    }

    private static void requireQuic() {
        if (!Quic.isAvailable()) {
            Throwable cause = Quic.unavailabilityCause();
            throw new CorrosionException(
                    "QUIC's native library cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + ": " + cause
                            + ". It exists for Linux with glibc, macOS and Windows on x86_64, and for Linux and macOS on"
                            + " aarch64; on Alpine or another musl system use an image with glibc, such as"
                            + " eclipse-temurin:17-jre. Check also that the netty-codec-native-quic jar of this platform"
                            + " is there in the same version as netty-codec-classes-quic",
                    cause);
        }
    }

    @Override
    public InetSocketAddress address() {
        return hello.address();
    }

    @Override
    public void start(TransportListener listener) {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("the transport has been started before");
        }
        var guarded = new GuardedListener(listener);
        LocalNode local = new LocalNode(
                hello,
                options,
                contexts,
                seen,
                guarded,
                counters,
                new RefusalLog(guarded, System::nanoTime),
                roundTrips,
                System::nanoTime);
        LinkTable links = new LinkTable(local, sockets.client(), Addresses.own(sockets.bound(), hello.address()));
        node = local;
        table = links;
        recycler = new Recycler(links, sockets.loop(), new SecureRandom());
        byte[] tokenKey = new byte[RetryTokens.KEY_BYTES];
        new SecureRandom().nextBytes(tokenKey);
        RetryTokens tokens = new RetryTokens(tokenKey, local.nanoTime(), links::isBusy);
        EventLoops.run(sockets.loop(), () -> {
            sockets.server().pipeline().addLast(contexts.serverCodec(links.accepted(), links.streams(), tokens));
            sockets.client().pipeline().addLast(contexts.clientCodec());
            sockets.server().config().setAutoRead(true);
            sockets.client().config().setAutoRead(true);
        });
    }

    @Override
    public void sendDatagram(InetSocketAddress to, byte[] payload) {
        requireSize("a datagram", payload, MAX_DATAGRAM_BYTES);
        hand(new Parcel.Datagram(to, payload));
    }

    @Override
    public void sendFrame(InetSocketAddress to, byte[] frame) {
        requireSize("a frame", frame, MAX_FRAME_BYTES);
        hand(new Parcel.Frame(to, frame));
    }

    @Override
    public void exchange(InetSocketAddress to, byte[] request, ExchangeHandler handler) {
        requireSize("a request", request, MAX_FRAME_BYTES);
        hand(new Parcel.Exchange(to, request, handler));
    }

    @Override
    public Optional<Duration> roundTrip(InetSocketAddress to) {
        return roundTrips.to(to);
    }

    @Override
    public Optional<NodeIdentity> identity() {
        return Optional.of(contexts.identity());
    }

    @Override
    public void renew(NodeIdentity identity) {
        contexts.renew(identity);
        Recycler links = recycler;
        if (links != null) {
            EventLoops.hand(sockets.loop(), links::start);
        }
    }

    @Override
    public void revoke(Revocations revocations) {
        contexts.revoke(revocations);
        LinkTable links = table;
        if (links != null) {
            EventLoops.hand(sockets.loop(), links::cutRevoked);
        }
    }

    @Override
    public Map<ActorId, NodeStatus.Certificate> peerCertificates() {
        return seen.snapshot();
    }

    @Override
    public TransportLinks links() {
        TransportStats stats = counters.snapshot();
        return new TransportLinks(stats.connections(), stats.connectionsOpened(), stats.handshakesFailed());
    }

    /** What has been done so far. */
    public TransportStats stats() {
        return counters.snapshot();
    }

    private void hand(Parcel parcel) {
        LocalNode local = node;
        LinkTable links = table;
        if (local == null || links == null) {
            throw new IllegalStateException("the transport has not been started");
        }
        int weight = parcel.weight();
        if (handedOverBytes.addAndGet(weight) > MAX_HANDED_OVER_BYTES) {
            handedOverBytes.addAndGet(-weight);
            drop(parcel, local, "the transport is overloaded");
            return;
        }
        boolean taken = EventLoops.hand(sockets.loop(), () -> {
            handedOverBytes.addAndGet(-weight);
            links.send(parcel);
        });
        if (!taken) {
            parcel.drop(local, "the transport is closed");
        }
    }

    /** Drops on the transport's thread, as listeners expect, without filling its queue with notices. */
    private void drop(Parcel parcel, LocalNode local, String why) {
        if (parcel instanceof Parcel.Frame && !shedNotices.add(parcel.to())) {
            counters.shed.increment();
            return;
        }
        EventLoops.hand(sockets.loop(), () -> {
            shedNotices.remove(parcel.to());
            parcel.drop(local, why);
        });
    }

    private static void requireSize(String what, byte[] payload, int max) {
        if (payload.length > max) {
            throw new IllegalArgumentException(what + " has at most " + max + " bytes, not " + payload.length);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        LinkTable links = table;
        if (links == null) {
            sockets.close();
        } else if (sockets.loop().inEventLoop()) {
            // The thread cannot wait for itself.
            links.close(GOODBYE_MILLIS, sockets::close);
        } else {
            CountDownLatch done = new CountDownLatch(1);
            EventLoops.run(sockets.loop(), () -> links.close(GOODBYE_MILLIS, done::countDown));
            await(done);
            sockets.close();
        }
    }

    private static void await(CountDownLatch done) {
        try {
            if (!done.await(2 * GOODBYE_MILLIS, TimeUnit.MILLISECONDS)) {
                log.debug("links did not close in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
