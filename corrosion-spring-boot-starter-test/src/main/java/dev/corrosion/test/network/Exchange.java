package dev.corrosion.test.network;

import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A question and its answers. On the network's thread, but for what the responder is told. */
final class Exchange implements ExchangeResponder {

    private final Wires wires;
    private final Port asker;
    private final InetSocketAddress to;
    private final ExchangeHandler handler;
    private final Channel question;
    private final Channel answers;

    /** Of answers that were not taken yet; their senders wait for it, which bounds them. */
    private final Queue<CompletableFuture<Void>> unsettled = new ArrayDeque<>();

    private boolean over;

    Exchange(Wires wires, Port asker, InetSocketAddress to, ExchangeHandler handler) {
        this.wires = wires;
        this.asker = asker;
        this.to = to;
        this.handler = handler;
        this.question = new Channel(wires, new Way(asker.address(), to), this::unreachable);
        this.answers = new Channel(wires, new Way(to, asker.address()), this::unreachable);
    }

    void begin(byte[] request) {
        question.send(() -> {
            Port port = wires.at(to);
            if (port == null) {
                unreachable();
            } else {
                handler.onPeer(port.peer());
                port.tell(listener -> listener.onExchange(asker.peer(), request, this));
            }
            return done();
        });
        watch();
    }

    /** A way that breaks while nothing is sent is noticed, too. */
    private void watch() {
        wires.in(Wires.UNREACHABLE_AFTER.toNanos(), () -> {
            if (!over) {
                if (question.isOpen() && answers.isOpen()) {
                    watch();
                } else {
                    unreachable();
                }
            }
        });
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> send(byte[] frame) {
        if (frame.length > Transport.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "an answer has at most " + Transport.MAX_FRAME_BYTES + " bytes, not " + frame.length);
        }
        CompletableFuture<Void> sent = new CompletableFuture<>();
        wires.run(() -> {
            if (over) {
                sent.completeExceptionally(new IOException("the asker is gone"));
            } else {
                unsettled.add(sent);
                answers.send(() -> deliver(frame, sent));
            }
        });
        return sent;
    }

    private CompletionStage<?> deliver(byte[] frame, CompletableFuture<Void> sent) {
        return handler.onFrame(frame)
                .whenComplete((taken, failure) -> wires.run(() -> {
                    unsettled.poll(); // in order, so it is this one
                    if (failure == null) {
                        sent.complete(null);
                    } else {
                        sent.completeExceptionally(failure);
                        breakOff(failure.toString());
                    }
                }));
    }

    @Override
    public void end() {
        wires.run(() -> answers.send(() -> {
            if (!over) {
                over = true;
                handler.onEnd();
            }
            return done();
        }));
    }

    @Override
    public void fail() {
        wires.run(() -> answers.send(() -> {
            breakOff("the peer broke off");
            return done();
        }));
    }

    private void unreachable() {
        breakOff(to + " cannot be reached");
    }

    private void breakOff(String why) {
        if (over) {
            return;
        }
        over = true;
        question.drop();
        answers.drop();
        IOException failure = new IOException(why);
        unsettled.forEach(sent -> sent.completeExceptionally(failure));
        unsettled.clear();
        handler.onFailure(failure);
    }
}
