package dev.corrosion.test.network;

import dev.corrosion.ActorId;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.TransportListener;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where one node is on the network. */
final class Port implements Transport {

    /** What may have been sent and not been taken, over all peers: frames beyond it are shed. */
    static final long MAX_WAITING_BYTES = 64L << 20;

    /** Datagrams of one node that may be on their way; further ones are lost. */
    private static final int MAX_DATAGRAMS = 10_000;

    /** How long closing waits for what was sent. */
    private static final long GOODBYE_MILLIS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(Port.class);

    private final Wires wires;
    private final ActorId actor;
    private final InetSocketAddress address;
    private final Runnable onClosed;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger datagrams = new AtomicInteger();

    /** Of frames to each peer; on the network's thread. */
    private final Map<InetSocketAddress, Frames> streams = new HashMap<>();

    private volatile @Nullable TransportListener listener;

    Port(Wires wires, ActorId actor, InetSocketAddress address, Runnable onClosed) {
        this.wires = wires;
        this.onClosed = onClosed;
        this.actor = actor;
        this.address = address;
    }

    Peer peer() {
        return new Peer(actor, address);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void start(TransportListener listener) {
        this.listener = listener;
        wires.plug(this);
    }

    @Override
    public void sendDatagram(InetSocketAddress to, byte[] payload) {
        requireSize("a datagram", payload, MAX_DATAGRAM_BYTES);
        if (datagrams.incrementAndGet() > MAX_DATAGRAMS) {
            datagrams.decrementAndGet();
            return;
        }
        Way way = new Way(address, to);
        wires.run(() -> {
            boolean lost = wires.loses(way);
            if (!lost && isPlugged() && wires.isOpen(way)) {
                wires.in(wires.datagramDelay(way), () -> deliver(way, payload));
            } else {
                datagrams.decrementAndGet();
            }
        });
    }

    private void deliver(Way way, byte[] payload) {
        datagrams.decrementAndGet();
        if (wires.isOpen(way)) {
            at(way.to(), receiver -> receiver.onDatagram(peer(), payload));
        }
    }

    private void at(InetSocketAddress to, Consumer<TransportListener> call) {
        Port port = wires.at(to);
        if (port != null) {
            port.tell(call);
        }
    }

    /** Calls the listener, if there is still one. */
    void tell(Consumer<TransportListener> call) {
        TransportListener known = listener;
        if (known != null) {
            call.accept(known);
        }
    }

    @Override
    public void sendFrame(InetSocketAddress to, byte[] frame) {
        requireSize("a frame", frame, MAX_FRAME_BYTES);
        if (waitingBytes.addAndGet(frame.length) > MAX_WAITING_BYTES) {
            waitingBytes.addAndGet(-frame.length);
            wires.run(() -> tell(own -> own.onShed(to)));
            return;
        }
        wires.run(() -> streams.computeIfAbsent(to, Frames::new).send(frame));
    }

    @Override
    public void exchange(InetSocketAddress to, byte[] request, ExchangeHandler handler) {
        requireSize("a request", request, MAX_FRAME_BYTES);
        wires.run(() -> new Exchange(wires, this, to, handler).begin(request));
    }

    private boolean isPlugged() {
        return wires.at(address) == this;
    }

    /** Nothing reaches this node any more, and nothing leaves it. */
    void unplug() {
        wires.unplug(this);
    }

    /** After what was sent has left. */
    @Override
    public void close() {
        CountDownLatch left = new CountDownLatch(1);
        wires.run(left::countDown);
        try {
            if (!left.await(GOODBYE_MILLIS, TimeUnit.MILLISECONDS)) {
                log.warn("what {} has sent did not leave in time", address);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        unplug();
        listener = null;
        onClosed.run();
    }

    private static void requireSize(String what, byte[] payload, int max) {
        if (payload.length > max) {
            throw new IllegalArgumentException(what + " has at most " + max + " bytes, not " + payload.length);
        }
    }

    /** Frames to one peer, until the way there breaks. */
    private final class Frames {

        private final InetSocketAddress to;
        private final Channel channel;
        private long bytes;
        private boolean broken;

        Frames(InetSocketAddress to) {
            this.to = to;
            this.channel = new Channel(wires, new Way(address, to), this::broken);
        }

        void send(byte[] frame) {
            bytes += frame.length;
            channel.send(() -> deliver(frame));
        }

        private CompletionStage<?> deliver(byte[] frame) {
            Port port = wires.at(to);
            TransportListener receiver = port == null ? null : port.listener;
            CompletionStage<?> taken =
                    receiver == null ? CompletableFuture.completedFuture(null) : receiver.onFrame(peer(), frame);
            return taken.whenComplete((done, failure) -> wires.run(() -> taken(frame.length)));
        }

        private void taken(int length) {
            if (!broken) {
                bytes -= length;
                waitingBytes.addAndGet(-length);
            }
        }

        private void broken() {
            broken = true;
            waitingBytes.addAndGet(-bytes);
            streams.remove(to, this);
            tell(own -> own.onShed(to));
        }
    }
}
