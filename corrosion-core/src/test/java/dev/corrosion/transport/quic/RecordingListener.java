package dev.corrosion.transport.quic;

import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.TransportListener;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Remembers what was delivered. */
final class RecordingListener implements TransportListener {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Delivered(Peer from, byte[] payload) {}

    interface Answer {
        void to(byte[] request, ExchangeResponder responder);
    }

    final List<Delivered> datagrams = new CopyOnWriteArrayList<>();
    final List<Delivered> frames = new CopyOnWriteArrayList<>();
    final List<InetSocketAddress> shed = new CopyOnWriteArrayList<>();
    final List<String> refusals = new CopyOnWriteArrayList<>();
    volatile Function<byte[], CompletionStage<?>> onFrame = frame -> CompletableFuture.completedFuture(null);
    volatile Answer answer = (request, responder) -> responder.end();

    @Override
    public void onDatagram(Peer from, byte[] payload) {
        datagrams.add(new Delivered(from, payload));
    }

    @Override
    public CompletionStage<?> onFrame(Peer from, byte[] frame) {
        frames.add(new Delivered(from, frame));
        return onFrame.apply(frame);
    }

    @Override
    public void onExchange(Peer from, byte[] request, ExchangeResponder responder) {
        answer.to(request, responder);
    }

    @Override
    public void onShed(InetSocketAddress to) {
        shed.add(to);
    }

    @Override
    public void onRefused(InetSocketAddress address, String reason) {
        refusals.add(reason);
    }
}
