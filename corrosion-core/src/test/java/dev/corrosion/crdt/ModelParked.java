package dev.corrosion.crdt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Rule A2 for the reference model: changes that the schema has no place for yet, of each cell the one that would win. */
final class ModelParked {

    /** By place, so rows and their columns are in the order of their bytes. */
    private final Map<String, Change> kept = new TreeMap<>();

    boolean keep(Change change) {
        if (kept.values().stream().anyMatch(other -> buries(other, change))) {
            return false;
        }
        Change rival = kept.get(Vectors.place(change));
        if (rival != null && !wins(change, rival)) {
            return false;
        }
        kept.put(Vectors.place(change), change);
        kept.values().removeIf(other -> buries(change, other));
        return true;
    }

    private static boolean buries(Change sentinel, Change other) {
        return sentinel.isSentinel() && row(sentinel).equals(row(other)) && sentinel.cl() > other.cl();
    }

    private static String row(Change change) {
        return change.table() + " " + HexFormat.of().formatHex(change.pk());
    }

    private static boolean wins(Change a, Change b) {
        if (a.cl() != b.cl()) {
            return a.cl() > b.cl();
        }
        if (a.colVersion() != b.colVersion()) {
            return a.colVersion() > b.colVersion();
        }
        int order = ReferenceModel.compare(a.val(), b.val());
        return order > 0
                || (order == 0
                        && Arrays.compareUnsigned(a.site().bytes(), b.site().bytes()) > 0);
    }

    /** Takes out what the table has a place for. */
    List<Change> take(String table, Predicate<Change> isKnown) {
        List<Change> taken = new ArrayList<>(kept.values().stream()
                .filter(change -> change.table().equals(table) && isKnown.test(change))
                .toList());
        taken.forEach(change -> kept.remove(Vectors.place(change)));
        return taken;
    }

    /** What others are told of it: nothing of an earlier life of a row that is known here. */
    List<Change> passedOn(ToLongFunction<Change> causalLength) {
        return kept.values().stream()
                .filter(change -> causalLength.applyAsLong(change) <= change.cl())
                .toList();
    }

    Map<String, Change> snapshot() {
        return new TreeMap<>(kept);
    }

    void restore(Map<String, Change> snapshot) {
        kept.clear();
        kept.putAll(snapshot);
    }
}
