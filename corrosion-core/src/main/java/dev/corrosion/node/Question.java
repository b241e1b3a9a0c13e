package dev.corrosion.node;

import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Transport;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An exchange with one answer. */
final class Question implements ExchangeHandler {

    private final CompletableFuture<Message> answered = new CompletableFuture<>();
    private @Nullable Message answer;

    private Question() {}

    /** Completes on a thread of the transport, with the answer or with why there is none. */
    static CompletableFuture<Message> ask(Transport transport, InetSocketAddress peer, Message question) {
        Question asked = new Question();
        transport.exchange(peer, Wire.encode(question), asked);
        return asked.answered;
    }

    @Override
    public CompletionStage<?> onFrame(byte[] frame) {
        if (answer != null) {
            throw new ProtocolException("a second answer where one was due");
        }
        answer = Wire.decode(frame);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onEnd() {
        if (answer == null) {
            answered.completeExceptionally(new ProtocolException("no answer"));
        } else {
            answered.complete(answer);
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        answered.completeExceptionally(cause);
    }
}
