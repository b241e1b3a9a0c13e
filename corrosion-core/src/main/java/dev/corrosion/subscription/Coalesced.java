package dev.corrosion.subscription;

import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.RowChange;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Many steps as one: of each row what has become of it. At most two changes for each row that there was or is. */
final class Coalesced {

    private final long before;
    private long end;
    private final Map<Long, RowChange> byRow = new LinkedHashMap<>();

    /** @param before the id of the last change before them */
    Coalesced(long before) {
        this.before = before;
        this.end = before;
    }

    /** @param changes of one step */
    void add(List<RowChange> changes) {
        for (RowChange change : changes) {
            RowChange before = byRow.remove(change.rowId()); // the last change of a row gives its place
            RowChange both = before == null ? change : merge(before, change);
            if (both != null) {
                byRow.put(change.rowId(), both);
            }
            end = change.changeId();
        }
    }

    /**
     * The last one leads to a state that the query had, and has the id of the last step: who goes on from there must not get
     * what has come and gone in between. The others have the id before all of them, since who goes on from one of these must
     * get all again.
     */
    Iterator<RowChange> changes() {
        List<RowChange> all = new ArrayList<>(byRow.values());
        for (int i = 0; i < all.size(); i++) {
            boolean last = i == all.size() - 1;
            all.set(i, with(all.get(i), last ? end : before, last));
        }
        return all.iterator();
    }

    /** Null if nothing remains of both. What was before is what the subscriber has been told, and not what came in between. */
    private static @Nullable RowChange merge(RowChange before, RowChange after) {
        Row old = before.old();
        if (after.type() == SubscriptionEvent.Type.DELETE) {
            return old == null ? null : change(SubscriptionEvent.Type.DELETE, after, old, null);
        }
        if (old == null) {
            return change(SubscriptionEvent.Type.INSERT, after, after.row(), null);
        }
        return after.row().equals(old) ? null : change(SubscriptionEvent.Type.UPDATE, after, after.row(), old);
    }

    private static RowChange change(SubscriptionEvent.Type type, RowChange after, Row row, @Nullable Row old) {
        return new RowChange(
                type, after.rowId(), row, old, after.changeId(), after.actor(), after.version(), after.last());
    }

    private static RowChange with(RowChange change, long changeId, boolean last) {
        return new RowChange(
                change.type(),
                change.rowId(),
                change.row(),
                change.old(),
                changeId,
                change.actor(),
                change.version(),
                last);
    }
}
