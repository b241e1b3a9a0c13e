package dev.corrosion.node;

import dev.corrosion.NodeActivity;
import dev.corrosion.crdt.MergeException;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.store.Database;
import dev.corrosion.store.DatabaseClosedException;
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
 * <p>Where a batch is refused, because of one version that cannot be merged, its versions are applied one by one, so
 * that the others pass.
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
     * @param settled completes when every version of it has been applied or was found to be unfit; fails if the database
     *     could not take it
     */
    record Receipt(CompletableFuture<Void> room, CompletableFuture<Void> settled) {}

    private record Item(Received received, long bytes, CompletableFuture<Void> settled) {}

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
        CompletableFuture<Void> settled = new CompletableFuture<>();
        CompletableFuture<Void> room = CompletableFuture.completedFuture(null);
        synchronized (this) {
            long bytes = bytes(received.message());
            waiting.add(new Item(received, bytes, settled));
            waitingBytes += bytes;
            if (waitingBytes > MAX_WAITING_BYTES) {
                room = new CompletableFuture<>();
                heldBack.add(room);
            }
        }
        applyNext();
        return new Receipt(room, settled);
    }

    /** Whether what is submitted now has to wait for {@link Receipt#room}. */
    synchronized boolean isFull() {
        return waitingBytes > MAX_WAITING_BYTES;
    }

    /** What waits, without the batch that is with the writer. */
    synchronized NodeActivity.Queue load() {
        return new NodeActivity.Queue("apply", waiting.size(), 0, waitingBytes, MAX_WAITING_BYTES);
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
            if (failure instanceof MergeException) {
                applySingly(batch, singles(received));
            } else {
                done(batch, failure);
            }
        });
    }

    private void applySingly(List<Item> batch, Deque<Received> singles) {
        Received single = singles.poll();
        if (single == null) {
            done(batch, null);
            return;
        }
        whenWritten(List.of(single), failure -> {
            if (failure instanceof MergeException) {
                applier.rejected(single, failure);
            } else if (failure != null) {
                done(batch, failure);
                return;
            }
            applySingly(batch, singles);
        });
    }

    /** The same with one version part in each: the unit that is applied or not. */
    private static Deque<Received> singles(List<Received> batch) {
        Deque<Received> singles = new ArrayDeque<>();
        for (Received received : batch) {
            if (received.message() instanceof Changes changes) {
                changes.parts()
                        .forEach(part -> singles.add(
                                new Received(received.from(), new Changes(List.of(part)), received.horizon())));
            } else {
                singles.add(received);
            }
        }
        return singles;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what comes after is told of both outcomes
    private void whenWritten(List<Received> batch, Consumer<@Nullable Throwable> after) {
        database.writeInternal(applier.task(batch))
                .whenComplete((outcome, failure) ->
                        after.accept(failure instanceof CompletionException ? failure.getCause() : failure));
    }

    private void done(List<Item> batch, @Nullable Throwable failure) {
        if (failure != null && !(failure instanceof DatabaseClosedException)) {
            log.error("the database does not take what others have written; it will be asked for again", failure);
        }
        synchronized (this) {
            busy = false;
            if (failure instanceof DatabaseClosedException) {
                batch = new ArrayList<>(batch);
                batch.addAll(waiting);
                waiting.clear();
            }
        }
        for (Item item : batch) {
            if (failure == null) {
                item.settled().complete(null);
            } else {
                item.settled().completeExceptionally(failure);
            }
        }
        applyNext();
    }

    /** What it weighs here. */
    static long bytes(Message message) {
        return message instanceof Changes changes
                ? changes.parts().stream()
                        .mapToLong(VersionPart::estimatedBytes)
                        .sum()
                : OTHER_MESSAGE_BYTES;
    }
}
