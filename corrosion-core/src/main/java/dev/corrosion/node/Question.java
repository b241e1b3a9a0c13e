package dev.corrosion.node;

import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** An exchange with one answer. */
final class Question implements ExchangeHandler {

    /** What was said, and by whom. */
    record Answer(Peer from, Message message) {}

    private final CompletableFuture<Answer> answered = new CompletableFuture<>();
    private final LongConsumer received;
    private @Nullable Peer from;
    private @Nullable Message answer;

    private Question(LongConsumer received) {
        this.received = received;
    }

    /** Completes on a thread of the transport, with the answer or with why there is none. */
    static CompletableFuture<Answer> ask(Transport transport, InetSocketAddress peer, Message question) {
        return ask(transport, peer, question, bytes -> {});
    }

    /** The same, and tells how many bytes are sent and received. */
    static CompletableFuture<Answer> ask(
            Transport transport, InetSocketAddress peer, Message question, LongConsumer exchanged) {
        Question asked = new Question(exchanged);
        byte[] frame = Wire.encode(question);
        exchanged.accept(frame.length);
        transport.exchange(peer, frame, asked);
        return asked.answered;
    }

    @Override
    public void onPeer(Peer peer) {
        from = peer;
    }

    @Override
    public CompletionStage<?> onFrame(byte[] frame) {
        if (answer != null) {
            throw new ProtocolException("a second answer where one was due");
        }
        received.accept(frame.length);
        answer = Wire.decode(frame);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onEnd() {
        if (answer == null) {
            answered.completeExceptionally(new ProtocolException("no answer"));
        } else {
            answered.complete(new Answer(Objects.requireNonNull(from), answer));
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        answered.completeExceptionally(cause);
    }
}
