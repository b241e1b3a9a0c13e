package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.TransportListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Carries what nodes say to each other, as well as its links allow. */
final class SimulatedNetwork {

    /** After how long a stream on which nothing gets through is given up. */
    private static final Duration STREAM_TIMEOUT = Duration.ofSeconds(10);

    /** After how long a peer that does not answer counts as unreachable. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** What may wait for one peer. */
    private static final long MAX_WAITING_BYTES = 8 << 20;

    /** What a lost packet of a stream takes longer. */
    private static final Duration RETRANSMISSION = Duration.ofMillis(150);

    private final VirtualTime time;
    private final RandomGenerator random;
    private final BiFunction<InetSocketAddress, InetSocketAddress, Link> links;
    private final Sabotage sabotage;
    private final Consumer<Delivery> sending;
    private final Consumer<Delivery> observer;
    private final Map<InetSocketAddress, Port> ports = new HashMap<>();

    SimulatedNetwork(
            VirtualTime time,
            RandomGenerator random,
            BiFunction<InetSocketAddress, InetSocketAddress, Link> links,
            Sabotage sabotage,
            Consumer<Delivery> sending,
            Consumer<Delivery> observer) {
        this.sending = sending;
        this.sabotage = sabotage;
        this.time = time;
        this.random = random;
        this.links = links;
        this.observer = observer;
    }

    /** @param thread where the listener is called */
    Transport open(ActorId actor, InetSocketAddress address, Executor thread) {
        return new Port(actor, address, thread);
    }

    /** The host is gone, and nobody was told. */
    void unplug(InetSocketAddress address) {
        Port port = ports.remove(address);
        if (port != null) {
            port.listener = null;
        }
    }

    private void leave(InetSocketAddress from, InetSocketAddress to, Delivery.Kind kind, byte[] payload) {
        sending.accept(new Delivery(time.now(), from, to, kind, payload));
    }

    private void arrive(
            InetSocketAddress from,
            InetSocketAddress to,
            Delivery.Kind kind,
            byte[] payload,
            Consumer<byte[]> arrival) {
        Delivery sent = new Delivery(time.now(), from, to, kind, payload);
        Delivery delivery = new Delivery(time.now(), from, to, kind, sabotage.payload(sent));
        for (int copies = sabotage.copies(delivery); copies > 0; copies--) {
            observer.accept(delivery);
            arrival.accept(delivery.payload());
        }
    }

    private long delay(Link link, boolean reliable) {
        long jitter = link.jitter().toNanos();
        long delay = link.delay().toNanos() + (jitter == 0 ? 0 : random.nextLong(jitter));
        while (reliable && random.nextDouble() < link.loss()) {
            delay += RETRANSMISSION.toNanos();
        }
        return delay;
    }

    private final class Port implements Transport {

        private final ActorId actor;
        private final InetSocketAddress address;
        private final Executor thread;
        private final Map<InetSocketAddress, Stream> streams = new HashMap<>();
        private @Nullable TransportListener listener;

        Port(ActorId actor, InetSocketAddress address, Executor thread) {
            this.actor = actor;
            this.address = address;
            this.thread = thread;
        }

        /** Calls the listener, if it is still there by then. */
        private void tell(Consumer<TransportListener> call) {
            thread.execute(() -> {
                TransportListener known = listener;
                if (known != null) {
                    call.accept(known);
                }
            });
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public void start(TransportListener listener) {
            this.listener = listener;
            ports.put(address, this);
        }

        private Peer peer() {
            return new Peer(actor, address);
        }

        private boolean isOpen() {
            return ports.get(address) == this;
        }

        @Override
        public void sendDatagram(InetSocketAddress to, byte[] payload) {
            if (payload.length > MAX_DATAGRAM_BYTES) {
                throw new IllegalArgumentException("a datagram of " + payload.length + " bytes");
            }
            leave(address, to, Delivery.Kind.DATAGRAM, payload);
            Link link = links.apply(address, to);
            int copies = random.nextDouble() < link.duplicates() ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                if (isOpen() && !link.cut() && random.nextDouble() >= link.loss()) {
                    time.in(Duration.ofNanos(delay(link, false)), () -> deliverDatagram(to, payload));
                }
            }
        }

        private void deliverDatagram(InetSocketAddress to, byte[] payload) {
            Port port = ports.get(to);
            if (port != null) {
                arrive(
                        address,
                        to,
                        Delivery.Kind.DATAGRAM,
                        payload,
                        arrived -> port.tell(listener -> listener.onDatagram(peer(), arrived)));
            }
        }

        @Override
        public void sendFrame(InetSocketAddress to, byte[] frame) {
            if (frame.length > MAX_FRAME_BYTES) {
                throw new IllegalArgumentException("a frame of " + frame.length + " bytes");
            }
            if (isOpen()) {
                leave(address, to, Delivery.Kind.FRAME, frame);
                streams.computeIfAbsent(to, peer -> new Stream(this, peer)).send(frame);
            }
        }

        @Override
        public void exchange(InetSocketAddress to, byte[] request, ExchangeHandler handler) {
            leave(address, to, Delivery.Kind.QUESTION, request);
            new Exchange(this, to, handler).begin(request);
        }

        @Override
        public void close() {
            if (isOpen()) {
                ports.remove(address);
            }
            listener = null;
        }
    }

    /** Frames to one peer: in order, the next one when the one before was taken. */
    private final class Stream {

        private final Port from;
        private final InetSocketAddress to;
        private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
        private long bytes;
        private boolean busy;

        Stream(Port from, InetSocketAddress to) {
            this.from = from;
            this.to = to;
        }

        void send(byte[] frame) {
            if (bytes + frame.length > MAX_WAITING_BYTES) {
                from.tell(listener -> listener.onShed(to));
                return;
            }
            bytes += frame.length;
            waiting.add(frame);
            next();
        }

        private void next() {
            byte[] frame = busy ? null : waiting.poll();
            if (frame == null) {
                return;
            }
            bytes -= frame.length;
            Link link = links.apply(from.address, to);
            busy = true;
            if (link.cut() || !ports.containsKey(to)) {
                time.in(CONNECT_TIMEOUT, this::broken);
            } else {
                time.in(Duration.ofNanos(delay(link, true)), () -> deliver(frame));
            }
        }

        private void broken() {
            busy = false;
            waiting.clear();
            bytes = 0;
            from.tell(listener -> listener.onShed(to));
        }

        private void deliver(byte[] frame) {
            Port port = ports.get(to);
            if (port == null || links.apply(from.address, to).cut()) {
                time.in(CONNECT_TIMEOUT, this::broken);
                return;
            }
            boolean[] answered = {false};
            arrive(
                    from.address,
                    to,
                    Delivery.Kind.FRAME,
                    frame,
                    arrived -> port.tell(listener -> {
                        answered[0] = true;
                        listener.onFrame(from.peer(), arrived).whenComplete((taken, failure) -> taken());
                    }));
            // If the receiver dies with the frame, nobody says that it was taken.
            time.in(STREAM_TIMEOUT, () -> {
                if (!answered[0]) {
                    broken();
                }
            });
        }

        private void taken() {
            busy = false;
            next();
        }
    }

    /** A question and its answers: each one when the one before was taken. */
    private final class Exchange implements ExchangeResponder {

        private final Port asker;
        private final InetSocketAddress to;
        private final ExchangeHandler handler;
        private final ArrayDeque<Answer> arrived = new ArrayDeque<>();
        private boolean taking;
        private long lastArrival;
        private long activity;
        private boolean over;

        /** One frame, or, with none, the end. */
        @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
        private record Answer(byte @Nullable [] frame, CompletableFuture<Void> sent) {}

        Exchange(Port asker, InetSocketAddress to, ExchangeHandler handler) {
            this.asker = asker;
            this.to = to;
            this.handler = handler;
        }

        void begin(byte[] request) {
            activity = time.now();
            time.in(STREAM_TIMEOUT, this::check);
            carry(asker.address, to, () -> {
                Port port = ports.get(to);
                if (port == null) {
                    breakOff("nobody listens at " + to);
                    return;
                }
                Peer answering = port.peer();
                asker.tell(listener -> handler.onPeer(answering));
                arrive(
                        asker.address,
                        to,
                        Delivery.Kind.QUESTION,
                        request,
                        arrived -> port.tell(listener -> listener.onExchange(asker.peer(), arrived, this)));
            });
        }

        /** In order, as a stream is. What is lost with the link is noticed by the timeout. */
        private void carry(InetSocketAddress from, InetSocketAddress to, Runnable arrival) {
            Link link = links.apply(from, to);
            if (link.cut()) {
                return;
            }
            long at = Math.max(lastArrival, time.now() + delay(link, true));
            lastArrival = at;
            time.in(Duration.ofNanos(at - time.now()), () -> {
                if (!over && !links.apply(from, to).cut()) {
                    activity = time.now();
                    arrival.run();
                }
            });
        }

        private void check() {
            if (over) {
                return;
            }
            long left = activity + STREAM_TIMEOUT.toNanos() - time.now();
            if (left > 0) {
                time.in(Duration.ofNanos(left), this::check);
            } else if (taking) {
                time.in(STREAM_TIMEOUT, this::check); // it is the asker that takes its time
            } else {
                breakOff("nothing was heard from " + to);
            }
        }

        private void breakOff(String why) {
            if (!over) {
                over = true;
                arrived.forEach(answer -> answer.sent().completeExceptionally(new IOException(why)));
                asker.tell(listener -> handler.onFailure(new IOException(why)));
            }
        }

        @Override
        public CompletionStage<Void> send(byte[] frame) {
            leave(to, asker.address, Delivery.Kind.ANSWER, frame);
            Answer answer = new Answer(frame, new CompletableFuture<>());
            if (over) {
                answer.sent().completeExceptionally(new IOException("the asker is gone"));
            } else {
                carry(to, asker.address, () -> arrived(answer));
            }
            return answer.sent();
        }

        @Override
        public void end() {
            carry(to, asker.address, () -> arrived(new Answer(null, new CompletableFuture<>())));
        }

        @Override
        public void fail() {
            carry(to, asker.address, () -> breakOff("the peer broke off"));
        }

        private void arrived(Answer answer) {
            if (!asker.isOpen()) {
                breakOff("the asker is gone");
                answer.sent().completeExceptionally(new IOException("the asker is gone"));
                return;
            }
            arrived.add(answer);
            takeNext();
        }

        private void takeNext() {
            Answer answer = taking || over ? null : arrived.poll();
            if (answer == null) {
                return;
            }
            byte[] frame = answer.frame();
            if (frame == null) {
                over = true;
                asker.tell(listener -> handler.onEnd());
                return;
            }
            taking = true;
            arrive(
                    to,
                    asker.address,
                    Delivery.Kind.ANSWER,
                    frame,
                    arrived -> asker.tell(listener ->
                            handler.onFrame(arrived).whenComplete((done, failure) -> taken(answer, failure))));
        }

        private void taken(Answer answer, @Nullable Throwable failure) {
            taking = false;
            if (failure == null) {
                answer.sent().complete(null);
                takeNext();
            } else {
                answer.sent().completeExceptionally(failure);
                breakOff(failure.toString());
            }
        }
    }
}
