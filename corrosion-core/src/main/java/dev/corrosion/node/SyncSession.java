package dev.corrosion.node;

import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.ExchangeResponder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One long answer. Step by step: a frame is read by the executor, sent when the pace allows, and when the transport has
 * taken it, the next step is given to the executor. In between it occupies no thread.
 */
final class SyncSession {

    private static final Logger log = LoggerFactory.getLogger(SyncSession.class);

    /** How long a peer may take for one frame. */
    static final Duration SEND_TIMEOUT = Duration.ofSeconds(20);

    private final EventLoop loop;
    private final Executor executor;
    private final Pace pace;
    private final Source source;
    private final Supplier<CompletableFuture<Void>> durable;
    private final ExchangeResponder responder;
    private final Consumer<SyncSession> whenOver;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile long frames;

    /** What is sent, read frame by frame by one thread at a time. */
    interface Source extends AutoCloseable {

        /** The messages of the next frame; null at the end. Whatever it throws breaks the session off. */
        @Nullable List<Message> next();

        /** Called once, when the session is over. */
        @Override
        default void close() {}
    }

    /** Of one question. */
    SyncSession(
            EventLoop loop,
            Executor executor,
            Pace pace,
            Source source,
            Supplier<CompletableFuture<Void>> durable,
            ExchangeResponder responder,
            Consumer<SyncSession> whenOver) {
        this.loop = loop;
        this.executor = executor;
        this.pace = pace;
        this.source = source;
        this.durable = durable;
        this.responder = responder;
        this.whenOver = whenOver;
    }

    /** Begins, or goes on. Any thread. */
    void next() {
        try {
            executor.execute(this::step);
        } catch (RuntimeException e) {
            end(e);
        }
    }

    /** Breaks it off. Any thread. */
    void stop() {
        end(new CancellationException("stopped"));
    }

    private void step() {
        try {
            if (over.get()) {
                return;
            }
            List<Message> messages = source.next();
            if (messages == null) {
                end(null);
                return;
            }
            sendWhenDurable(messages);
        } catch (RuntimeException e) {
            end(e);
        }
    }

    /**
     * What was read may show own writes that are not on disk yet. If the power failed now, they would never have been, but
     * the peer would take what they have overwritten for gone (rule V7).
     */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private void sendWhenDurable(List<Message> messages) {
        CompletableFuture<Void> held = durable.get();
        if (held.isDone()) {
            send(messages);
            return;
        }
        loop.schedule(SEND_TIMEOUT, () -> held.cancel(false));
        held.whenComplete((done, givenUp) -> {
            if (givenUp == null) {
                loop.execute(() -> send(messages));
            } else {
                end(new TimeoutException("own writes were not on disk within " + SEND_TIMEOUT));
            }
        });
    }

    private void send(List<Message> messages) {
        List<byte[]> encoded = messages.stream().map(Wire::encode).toList();
        long bytes = encoded.stream().mapToLong(frame -> frame.length).sum();
        Duration wait = pace.toSend(bytes, loop.now());
        if (wait.isZero()) {
            transmit(encoded);
        } else {
            loop.schedule(wait, () -> transmit(encoded));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private void transmit(List<byte[]> encoded) {
        if (over.get()) {
            return;
        }
        CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
        for (byte[] bytes : encoded) {
            sent = CompletableFuture.allOf(sent, responder.send(bytes).toCompletableFuture());
        }
        long frame = frames + 1;
        frames = frame;
        loop.schedule(SEND_TIMEOUT, () -> {
            if (frames == frame) {
                end(new TimeoutException("the peer did not take a frame within " + SEND_TIMEOUT));
            }
        });
        sent.whenComplete((done, failure) -> {
            frames = frame + 1;
            if (failure != null) {
                end(failure);
            } else {
                next();
            }
        });
    }

    private void end(@Nullable Throwable failure) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        if (failure == null) {
            responder.end();
        } else {
            log.debug("an answer was broken off: {}", failure.toString());
            responder.fail();
        }
        source.close();
        whenOver.accept(this);
    }
}
