package dev.corrosion.simulation;

import dev.corrosion.Row;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What must have become of each row by the rules, whatever the order in which its changes arrived. */
final class Truth {

    /** A row of a table, by its key. */
    record Key(String table, String pk) {}

    private record Cell(Key row, String column) {}

    /** What was written of a cell, with what decides between two writes of it. */
    record Value(long cl, long colVersion, History.Written by) {}

    private final Map<Key, Long> causalLengths = new HashMap<>();
    private final Map<Key, Long> possible = new HashMap<>();
    private final Map<Cell, Value> cells = new HashMap<>();

    /** Of all that was acknowledged and must not get lost. */
    Truth(History history) {
        for (History.Written written : history.all()) {
            for (Row change : written.changes) {
                Key key = key(change);
                long cl = change.getLong("cl");
                possible.merge(key, cl, Math::max);
                if (written.durable && !written.excused) {
                    causalLengths.merge(key, cl, Math::max);
                    Cell cell = new Cell(key, String.valueOf(change.get("cid")));
                    Value value = new Value(cl, change.getLong("col_version"), written);
                    cells.merge(cell, value, (one, other) -> isLater(one, other) ? one : other);
                }
            }
        }
    }

    private static boolean isLater(Value one, Value other) {
        return one.cl() != other.cl() ? one.cl() > other.cl() : one.colVersion() >= other.colVersion();
    }

    static Key key(Row change) {
        return new Key(String.valueOf(change.get("table")), String.valueOf(change.get("pk")));
    }

    /** The causal length that each row must have reached. */
    Map<Key, Long> causalLengths() {
        return causalLengths;
    }

    /** The largest that any write gave it, also one that may be lost. */
    long possible(Key key) {
        return possible.getOrDefault(key, 0L);
    }

    /** What a record of a cell must at least say. */
    @Nullable Value least(Key key, String column) {
        return cells.get(new Cell(key, column));
    }
}
