package dev.corrosion.node;

import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.store.Database;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been received and is to be applied, in order of arrival. One batch at a time is with the writer; whatever
 * arrives meanwhile makes up the next one, so batches grow with the load and nothing waits when there is none.
 *
 * <p>Bounded in bytes: past the bound, {@link Receipt#room} completes only when there is room again, and the transport
 * stops reading. Thread-safe.
 */
final class ApplyQueue {

    private static final Logger log = LoggerFactory.getLogger(ApplyQueue.class);

    /** Bytes waiting, over which senders are held back. */
    private static final long MAX_WAITING_BYTES = 32L << 20;

    /** Bytes of one batch, that is of one SQLite transaction. */
    private static final long MAX_BATCH_BYTES = 4L << 20;

    private static final int MAX_BATCH_MESSAGES = 1000;

    private static final int OTHER_MESSAGE_BYTES = 64;

    /**
     * What was promised for something received.
     *
     * @param room completes when more may be delivered
     * @param applied completes when it has been applied, or fails when it was not
     */
    record Receipt(CompletableFuture<Void> room, CompletableFuture<Void> applied) {}

    private record Item(Received received, long bytes, CompletableFuture<Void> applied) {}

    private final Database database;
    private final Applier applier;
    private final Deque<Item> waiting = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> heldBack = new ArrayList<>();
    private long waitingBytes;
    private boolean busy;

    ApplyQueue(Database database, Applier applier) {
        this.database = database;
        this.applier = applier;
    }

    Receipt submit(Received received) {
        CompletableFuture<Void> applied = new CompletableFuture<>();
        CompletableFuture<Void> room = CompletableFuture.completedFuture(null);
        synchronized (this) {
            long bytes = bytes(received.message());
            waiting.add(new Item(received, bytes, applied));
            waitingBytes += bytes;
            if (waitingBytes > MAX_WAITING_BYTES) {
                room = new CompletableFuture<>();
                heldBack.add(room);
            }
        }
        applyNext();
        return new Receipt(room, applied);
    }

    private void applyNext() {
        List<Item> batch = new ArrayList<>();
        List<CompletableFuture<Void>> released = List.of();
        synchronized (this) {
            if (busy || waiting.isEmpty()) {
                return;
            }
            busy = true;
            long bytes = 0;
            Item item = waiting.peek();
            while (item != null && (batch.isEmpty() || bytes + item.bytes() <= MAX_BATCH_BYTES)) {
                bytes += item.bytes();
                batch.add(waiting.remove());
                item = batch.size() < MAX_BATCH_MESSAGES ? waiting.peek() : null;
            }
            waitingBytes -= bytes;
            if (waitingBytes <= MAX_WAITING_BYTES / 2) {
                released = List.copyOf(heldBack);
                heldBack.clear();
            }
        }
        released.forEach(room -> room.complete(null));
        apply(batch);
    }

    private void apply(List<Item> batch) {
        List<Received> received = batch.stream().map(Item::received).toList();
        whenWritten(received, failure -> {
            if (failure == null) {
                done(batch, null);
            } else if (batch.size() > 1) {
                // One of them cannot be applied: find it, and let the others pass.
                applyOneByOne(batch, 0);
            } else {
                batch.forEach(item -> applier.rejected(item.received(), failure));
                done(batch, failure);
            }
        });
    }

    private void applyOneByOne(List<Item> batch, int index) {
        if (index == batch.size()) {
            done(List.of(), null);
            return;
        }
        Item item = batch.get(index);
        whenWritten(List.of(item.received()), failure -> {
            if (failure == null) {
                item.applied().complete(null);
            } else {
                applier.rejected(item.received(), failure);
                item.applied().completeExceptionally(failure);
            }
            applyOneByOne(batch, index + 1);
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what comes after is told of both outcomes
    private void whenWritten(List<Received> batch, Consumer<@Nullable Throwable> after) {
        database.write(applier.task(batch)).whenComplete((outcome, failure) -> {
            try {
                after.accept(failure instanceof CompletionException ? failure.getCause() : failure);
            } catch (RuntimeException e) {
                log.error("what was received can no longer be applied", e);
            }
        });
    }

    private void done(List<Item> batch, @Nullable Throwable failure) {
        for (Item item : batch) {
            if (failure == null) {
                item.applied().complete(null);
            } else {
                log.debug("not applied: {}", item.received(), failure);
                item.applied().completeExceptionally(failure);
            }
        }
        synchronized (this) {
            busy = false;
        }
        applyNext();
    }

    private static long bytes(Message message) {
        return message instanceof Changes changes
                ? changes.parts().stream()
                        .mapToLong(VersionPart::estimatedBytes)
                        .sum()
                : OTHER_MESSAGE_BYTES;
    }
}
