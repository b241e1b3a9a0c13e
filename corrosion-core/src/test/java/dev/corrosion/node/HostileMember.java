package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.TransportListener;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Somebody with a certificate of the cluster who sends what it likes, and reads answers or leaves them. */
final class HostileMember implements TransportListener, AutoCloseable {

    final ActorId id;
    final AtomicInteger answers = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();

    /** How it answers; it ends the exchange if it is not told. */
    volatile Consumer<ExchangeResponder> answer = ExchangeResponder::end;

    private final Transport transport;

    HostileMember(CorrosionOptions options, ActorId id) {
        this.id = id;
        this.transport = new ProcessHost().openTransport(options, ClusterBinding.of(options), id);
        transport.start(this);
    }

    InetSocketAddress address() {
        return transport.address();
    }

    /** As it could tell of itself. */
    MemberRecord self() {
        return record(id, 1);
    }

    /** Somebody who is said to be where this one is. */
    MemberRecord record(ActorId who, long incarnation) {
        return new MemberRecord(who, "hostile", address(), 1, incarnation, Member.State.ALIVE);
    }

    void sendDatagram(Corrosion to, Message message) {
        transport.sendDatagram(to.status().address(), Wire.encode(message));
    }

    /** Asks again and again; what is more than its own transport lets it ask counts as failed, too. */
    void ask(Corrosion whom, Message question, int times, boolean reads) {
        byte[] frame = Wire.encode(question);
        InetSocketAddress address = whom.status().address();
        for (int i = 0; i < times; i++) {
            transport.exchange(address, frame, new Asked(reads));
        }
    }

    private final class Asked implements ExchangeHandler {

        private final boolean reads;

        Asked(boolean reads) {
            this.reads = reads;
        }

        @Override
        public CompletionStage<?> onFrame(byte[] frame) {
            answers.incrementAndGet();
            return reads ? CompletableFuture.completedFuture(null) : new CompletableFuture<>();
        }

        @Override
        public void onEnd() {
            ended.incrementAndGet();
        }

        @Override
        public void onFailure(Throwable cause) {
            failed.incrementAndGet();
        }
    }

    @Override
    public void onDatagram(Peer from, byte[] payload) {}

    @Override
    public CompletionStage<?> onFrame(Peer from, byte[] frame) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onExchange(Peer from, byte[] request, ExchangeResponder responder) {
        answer.accept(responder);
    }

    @Override
    public void onShed(InetSocketAddress to) {}

    @Override
    public void onRefused(InetSocketAddress address, String reason) {}

    @Override
    public void close() {
        transport.close();
    }
}
