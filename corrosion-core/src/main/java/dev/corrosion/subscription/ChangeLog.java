package dev.corrosion.subscription;

import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.subscription.JournalTables.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last changes of a result, in steps: each leads from one state that the query had to the next. Subscribers walk along
 * at their own pace, from a step to the next one. Only the query's lane adds and drops; any thread may walk.
 */
final class ChangeLog {

    /** Changes from one state to the next. */
    static final class Step {

        private final List<RowChange> changes;
        private final long lastId;
        private final long at;
        private final long bytes;
        private volatile @Nullable Step next;
        private volatile boolean dropped;

        private Step(List<RowChange> changes, long lastId, long at, long bytes) {
            this.changes = changes;
            this.lastId = lastId;
            this.at = at;
            this.bytes = bytes;
        }

        List<RowChange> changes() {
            return changes;
        }

        /** The id of the last change up to here. */
        long lastId() {
            return lastId;
        }

        @Nullable Step next() {
            return next;
        }

        /** Whether the step that comes next is not kept any more. */
        boolean isDropped() {
            return dropped;
        }
    }

    private final KeptChanges all;

    /** The changes after it are kept; its own are not. */
    private Step before;

    private Step latest;
    private int kept;
    private long bytes;
    private boolean ended;

    /**
     * Empty. {@link #end} ends it.
     *
     * @param all the changes of all queries
     * @param lastId the id of the last change that there was before
     */
    ChangeLog(KeptChanges all, long lastId) {
        this.all = all;
        this.before = new Step(List.of(), lastId, 0, 0);
        this.latest = before;
    }

    /** As it was before the node was not there. What was kept then counts as new. */
    static ChangeLog restored(KeptChanges all, Stored stored, long now) {
        List<RowChange> changes = stored.changes();
        long before = changes.isEmpty() ? stored.changeId() : changes.get(0).changeId() - 1;
        ChangeLog log = new ChangeLog(all, before);
        int from = 0;
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i).last()) {
                log.add(List.copyOf(changes.subList(from, i + 1)), now);
                from = i + 1;
            }
        }
        return log;
    }

    synchronized Step latest() {
        return latest;
    }

    synchronized long lastId() {
        return latest.lastId;
    }

    /** Adds a step, and drops what is not to be kept any more; returns whether any was dropped. */
    synchronized boolean add(List<RowChange> changes, long now) {
        long size = changes.stream().mapToLong(Sizes::of).sum();
        Step step = new Step(changes, changes.get(changes.size() - 1).changeId(), now, size);
        latest.next = step;
        latest = step;
        count(changes.size(), size);
        return drop(now);
    }

    private void count(int changes, long size) {
        kept += changes;
        bytes += size;
        if (!ended) {
            all.bytes(size);
        }
    }

    /** What it keeps does not count any more, since nobody will have it. */
    synchronized void end() {
        if (!ended) {
            ended = true;
            all.bytes(-bytes);
        }
    }

    /** Drops what is too old, or too much. */
    synchronized boolean drop(long now) {
        boolean any = false;
        Step first = before.next;
        // The latest one is kept however large it is, or nobody could be told of it.
        while (first != null && first != latest && all.isTooMuch(kept, bytes, now - first.at)) {
            count(-first.changes.size(), -first.bytes);
            before.dropped = true;
            before = first;
            first = before.next;
            any = true;
        }
        return any;
    }

    /** The step after which a subscriber goes on that has seen this change; null if that is not known any more, or not yet. */
    synchronized @Nullable Step after(long changeId) {
        if (changeId < before.lastId || changeId > latest.lastId) {
            return null;
        }
        Step step = before;
        for (Step next = step.next; next != null && next.lastId <= changeId; next = next.next) {
            step = next;
        }
        return step;
    }

    /** The oldest change that a subscriber may go on after. */
    synchronized long oldest() {
        return before.lastId;
    }
}
