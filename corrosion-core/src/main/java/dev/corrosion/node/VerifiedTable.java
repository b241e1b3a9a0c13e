package dev.corrosion.node;

import dev.corrosion.crdt.RowKey;
import dev.corrosion.protocol.TableScope;
import dev.corrosion.protocol.VerifyFound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How far the verification of one table has come. For one thread at a time. */
final class VerifiedTable {

    /** How many of the rows that have diverged are remembered. */
    private static final int MAX_KEYS = 16;

    private final String name;
    private final List<RowKey> keys = new ArrayList<>();
    private @Nullable List<String> columns;
    private boolean skipped;
    private String note = "";
    private long rows;
    private long diverged;
    private long repaired;
    private long undecided;
    private boolean stopped;

    VerifiedTable(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** The columns that both have; null for all. */
    @Nullable List<String> columns() {
        return columns;
    }

    boolean isSkipped() {
        return skipped;
    }

    void skip(String why) {
        skipped = true;
        note = "not compared: " + why;
    }

    /**
     * The other has other columns: those are compared that both have, declared alike.
     *
     * @param asked how it was asked
     * @return whether to ask again
     */
    boolean narrow(TableScope asked, long key, Map<String, Long> mine, VerifyFound.OtherSchema theirs) {
        if (columns != null) {
            if (asked.columns() != null) {
                skip("its columns have changed meanwhile");
            }
            return !skipped;
        }
        if (key != theirs.key()) {
            skip("the key is declared in another way there");
            return false;
        }
        TreeSet<String> differing = new TreeSet<>(mine.keySet());
        differing.addAll(theirs.columns().keySet());
        List<String> common = mine.entrySet().stream()
                .filter(column -> column.getValue().equals(theirs.columns().get(column.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        common.forEach(differing::remove);
        columns = common;
        note = "compared without the columns that only one of both has, or declares in another way: " + differing;
        return true;
    }

    /** Too many rows differ. */
    void stopped() {
        stopped = true;
    }

    void compared(long more) {
        rows += more;
    }

    void diverged(List<RowKey> more, long repairedOfThem) {
        diverged += more.size();
        repaired += repairedOfThem;
        more.stream().limit(MAX_KEYS - keys.size()).forEach(keys::add);
    }

    /** Some of the rows that have diverged. */
    List<RowKey> keys() {
        return keys;
    }

    void undecided(long more) {
        undecided += more;
    }

    long rows() {
        return rows;
    }

    long diverged() {
        return diverged;
    }

    long repaired() {
        return repaired;
    }

    /** What a person should know of how it was compared. */
    String note() {
        List<String> notes = new ArrayList<>();
        if (!note.isEmpty()) {
            notes.add(note);
        }
        if (stopped) {
            notes.add("not compared to the end, since too many rows differ: the next verification goes on");
        }
        if (undecided > 0) {
            notes.add(undecided + " rows differ, and a version that neither node has may be the reason");
        }
        return String.join("; ", notes);
    }
}
