package dev.corrosion.simulation;

import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent.RowChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All that a subscriber was told under one id: the rows at first, the changes, and what that makes. */
final class Told {

    private record Taken(RowChange change, int place) {}

    final UUID subscription;

    /** The run of the node that has told it. */
    NodeRun process;

    /** Where in {@link QueryStates} it is at least. */
    int place;

    private final Map<Long, Row> snapshot = new HashMap<>();
    private final List<Taken> taken = new ArrayList<>();
    private final Map<Long, Row> rows = new HashMap<>();
    private final Set<Long> ids = new HashSet<>();
    private long firstId = -1;
    private int firstPlace;

    Told(UUID subscription, NodeRun process, int place) {
        this.subscription = subscription;
        this.process = process;
        this.place = place;
    }

    void row(long id, Row row) {
        require(ids.add(id), "the row id " + id + " came twice");
        snapshot.put(id, row);
        rows.put(id, row);
    }

    void end(long changeId, int place) {
        firstId = changeId;
        firstPlace = place;
        this.place = place;
    }

    boolean isComplete() {
        return firstId >= 0;
    }

    /** The id of the last change. */
    long changeId() {
        return taken.isEmpty() ? firstId : taken.get(taken.size() - 1).change().changeId();
    }

    /** Whether no more changes of the same step follow. */
    boolean isWhole() {
        return taken.isEmpty() || taken.get(taken.size() - 1).change().last();
    }

    /** The rows as they are now, each with how often it is there. */
    Map<Row, Integer> rows() {
        return QueryStates.counted(rows.values());
    }

    int changes() {
        return taken.size();
    }

    void take(RowChange change) {
        apply(change);
        taken.add(new Taken(change, place));
    }

    /** What was just taken has led there. */
    void arrived(int at) {
        place = at;
        if (!taken.isEmpty()) {
            taken.set(taken.size() - 1, new Taken(taken.get(taken.size() - 1).change(), at));
        }
    }

    private void apply(RowChange change) {
        long id = change.rowId();
        @Nullable Row old = change.old();
        switch (change.type()) {
            case INSERT -> {
                require(ids.add(id), "the row id was used before: " + change);
                require(old == null, "a row that comes has none before: " + change);
                rows.put(id, change.row());
            }
            case UPDATE -> {
                Row before = rows.put(id, change.row());
                require(before != null && before.equals(old), "it was " + before + ": " + change);
                require(!change.row().equals(old), "nothing has changed: " + change);
            }
            case DELETE -> {
                Row before = rows.remove(id);
                require(before != null && before.equals(change.row()), "it was " + before + ": " + change);
                require(old == null, "a row that goes is told once: " + change);
            }
        }
    }

    /** What it was before its last changes, so many. */
    Told before(int changes) {
        Told earlier = new Told(subscription, process, firstPlace);
        snapshot.forEach(earlier::row);
        earlier.end(firstId, firstPlace);
        for (Taken each : taken.subList(0, taken.size() - changes)) {
            earlier.place = each.place();
            earlier.take(each.change());
        }
        return earlier;
    }

    /** What it was at the end of the last step of which it knows all. */
    Told whole() {
        int more = 0;
        while (more < taken.size()
                && !taken.get(taken.size() - 1 - more).change().last()) {
            more++;
        }
        return before(more);
    }

    private static void require(boolean condition, String failure) {
        if (!condition) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("subscription " + subscription + ", from " + firstId + ": " + snapshot);
        taken.forEach(each -> text.append("\n    ").append(each.change()));
        return text.toString();
    }
}
