package dev.corrosion.subscription;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What waits for the journal, by query. Those of one query stay in their order; the queries take turns. Safe for any thread.
 */
final class JournalQueue {

    /** Rows that one transaction writes, unless a single task writes more. */
    private static final int MAX_ROWS = 10_000;

    /** When so much waits, nobody should add more than is under way. */
    static final long FULL_BYTES = 64L << 20;

    /** The first query's turn is next. Guarded by this, as is all that follows. */
    private final Map<ByteBuffer, ArrayDeque<JournalTask>> waiting = new LinkedHashMap<>();

    private final List<Runnable> forRoom = new ArrayList<>();
    private long bytes;
    private boolean busy;

    /** So many tasks are to be done alone, since one of them has failed the transaction of all. */
    private int alone;

    /** @param last whether it is done with this */
    record Taken(ByteBuffer query, JournalTask task, boolean last) {}

    /** Whether nobody is at work, so that whoever has added it should begin. */
    synchronized boolean add(ByteBuffer query, JournalTask task) {
        waiting.computeIfAbsent(query, q -> new ArrayDeque<>(2)).add(task);
        bytes += task.bytes();
        boolean begins = !busy;
        busy = true;
        return begins;
    }

    /** Whether so much waits that what leads to more should wait, too. */
    synchronized boolean isFull() {
        return bytes > FULL_BYTES;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Has it run, by {@link #room}, when it is not full any more; false if it is not full now. */
    synchronized boolean whenRoom(Runnable task) {
        return isFull() && forRoom.add(task);
    }

    /** Those that waited for room, if there is some. */
    synchronized List<Runnable> room() {
        if (forRoom.isEmpty() || isFull()) {
            return List.of();
        }
        List<Runnable> tasks = List.copyOf(forRoom);
        forRoom.clear();
        return tasks;
    }

    /** What is to be done next, in one transaction; if that is nothing, work has ended. */
    synchronized List<Taken> take() {
        List<Taken> batch = new ArrayList<>();
        int rows = 0;
        Iterator<Map.Entry<ByteBuffer, ArrayDeque<JournalTask>>> queries =
                waiting.entrySet().iterator();
        while (queries.hasNext() && rows < MAX_ROWS && (alone == 0 || batch.isEmpty())) {
            Map.Entry<ByteBuffer, ArrayDeque<JournalTask>> query = queries.next();
            rows += take(query.getKey(), query.getValue(), batch, MAX_ROWS - rows);
        }
        alone = Math.max(0, alone - 1);
        busy = !batch.isEmpty();
        return batch;
    }

    /** Takes what may be done at once of a query; its number of rows. */
    private int take(ByteBuffer query, Iterable<JournalTask> tasks, List<Taken> batch, int most) {
        int rows = 0;
        for (JournalTask task : tasks) {
            boolean last = task.isLastPart();
            batch.add(new Taken(query, task, last));
            rows += task.rows();
            if (!last || alone > 0 || rows >= most) {
                break;
            }
        }
        return rows;
    }

    /** The tasks of a batch will be taken again, one at a time. */
    synchronized void oneByOne(List<Taken> batch) {
        alone = batch.size();
    }

    /** It is done with it. */
    synchronized void remove(Taken taken) {
        ArrayDeque<JournalTask> tasks = waiting.get(taken.query());
        if (tasks != null && tasks.peek() == taken.task()) {
            tasks.remove();
            bytes -= taken.task().bytes();
        }
    }

    /** Those whose turn it was go behind the others, if they have more. */
    synchronized void endTurn(List<Taken> batch) {
        for (Taken taken : batch) {
            ArrayDeque<JournalTask> tasks = waiting.remove(taken.query());
            if (tasks != null && !tasks.isEmpty()) {
                waiting.put(taken.query(), tasks);
            }
        }
    }
}
