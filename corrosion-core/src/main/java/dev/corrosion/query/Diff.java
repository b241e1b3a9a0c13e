package dev.corrosion.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects the changes of a result: deletes, then updates, then inserts. Not thread-safe. */
final class Diff {

    private final RowIds ids;
    private final List<ResultChange> deletes = new ArrayList<>();
    private final List<ResultChange> updates = new ArrayList<>();
    private final List<ResultChange> inserts = new ArrayList<>();

    Diff(RowIds ids) {
        this.ids = ids;
    }

    List<ResultChange> changes() {
        List<ResultChange> all = new ArrayList<>(deletes.size() + updates.size() + inserts.size());
        all.addAll(deletes);
        all.addAll(updates);
        all.addAll(inserts);
        return all;
    }

    /** How many rows there are more than before. */
    int growth() {
        return inserts.size() - deletes.size();
    }

    /**
     * The rows of one group before and now. Those that have the same key, or where that is not unique the same values, are
     * the same row.
     *
     * @param now with any ids
     * @return the rows now with their ids
     */
    List<KeptRow> group(List<KeptRow> before, List<KeptRow> now, @Nullable Cause cause) {
        List<KeptRow> unmatched = new ArrayList<>(before);
        @Nullable KeptRow[] kept = new @Nullable KeptRow[now.size()];
        match(now, kept, unmatched, true, cause);
        match(now, kept, unmatched, false, cause);
        for (KeptRow gone : unmatched) {
            deletes.add(ResultChange.delete(gone.id(), gone.row(), cause));
        }
        List<KeptRow> result = new ArrayList<>(now.size());
        for (int i = 0; i < kept.length; i++) {
            KeptRow row = kept[i];
            if (row == null) {
                row = now.get(i).withId(ids.next(now.get(i).row()));
                inserts.add(ResultChange.insert(row.id(), row.row(), cause));
            }
            result.add(row);
        }
        return result;
    }

    private void match(
            List<KeptRow> now,
            @Nullable KeptRow[] kept,
            List<KeptRow> unmatched,
            boolean equal,
            @Nullable Cause cause) {
        for (int i = 0; i < kept.length && !unmatched.isEmpty(); i++) {
            if (kept[i] != null) {
                continue;
            }
            KeptRow row = now.get(i);
            for (int j = 0; j < unmatched.size(); j++) {
                KeptRow old = unmatched.get(j);
                if (Objects.equals(old.key(), row.key()) && (!equal || old.row().equals(row.row()))) {
                    unmatched.remove(j);
                    kept[i] = row.withId(old.id());
                    if (!equal) {
                        updates.add(ResultChange.update(old.id(), row.row(), old.row(), cause));
                    }
                    break;
                }
            }
        }
    }
}
