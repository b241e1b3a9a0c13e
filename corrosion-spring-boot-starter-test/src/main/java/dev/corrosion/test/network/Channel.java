package dev.corrosion.test.network;

import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one direction, in order: each is delivered when it has arrived and the one before was taken. On the
 * network's thread.
 */
final class Channel {

    private final Wires wires;
    private final Way way;
    private final Runnable onBroken;

    /** Who is at its ends. When one of them starts again at the same address, this channel is over. */
    private final @Nullable Port sender;

    private final @Nullable Port receiver;
    /** Timers that are due at one moment fire in any order: each brings the first that is on its way. */
    private final ArrayDeque<Supplier<CompletionStage<?>>> onTheirWay = new ArrayDeque<>();

    private final ArrayDeque<Supplier<CompletionStage<?>>> arrived = new ArrayDeque<>();
    private long lastArrival;
    private boolean delivering;
    private boolean broken;

    /** @param onBroken told once, when the way is found to be cut; nothing is delivered any more */
    Channel(Wires wires, Way way, Runnable onBroken) {
        this.wires = wires;
        this.way = way;
        this.onBroken = onBroken;
        this.sender = wires.at(way.from());
        this.receiver = wires.at(way.to());
        this.lastArrival = System.nanoTime();
    }

    boolean isOpen() {
        return wires.isOpen(way) && wires.at(way.to()) == receiver;
    }

    /** @param delivery hands the message over; completes when the next one may be */
    void send(Supplier<CompletionStage<?>> delivery) {
        if (broken) {
            return;
        }
        if (!isOpen() || wires.at(way.from()) != sender) {
            breakOff();
            return;
        }
        long now = System.nanoTime();
        lastArrival = Math.max(lastArrival, now + wires.streamDelay(way));
        onTheirWay.add(delivery);
        wires.in(lastArrival - now, this::arrive);
    }

    private void arrive() {
        Supplier<CompletionStage<?>> delivery = onTheirWay.poll();
        if (delivery == null) {
            return;
        }
        if (isOpen()) {
            arrived.add(delivery);
            deliverNext();
        } else {
            breakOff();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure is the receiver's, and the next message follows it
    private void deliverNext() {
        Supplier<CompletionStage<?>> delivery = delivering || broken ? null : arrived.poll();
        if (delivery == null) {
            return;
        }
        delivering = true;
        delivery.get()
                .whenComplete((taken, failure) -> wires.run(() -> {
                    delivering = false;
                    deliverNext();
                }));
    }

    /** Nothing that is on its way arrives. */
    void drop() {
        broken = true;
        onTheirWay.clear();
        arrived.clear();
    }

    private void breakOff() {
        drop();
        // As long as it takes to find out that nobody answers.
        wires.in(Wires.UNREACHABLE_AFTER.toNanos(), onBroken);
    }
}
