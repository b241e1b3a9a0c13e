package dev.corrosion.subscription;

import dev.corrosion.query.ReadSet;
import java.util.HashMap;
import java.util.Map;

/** Which tables are read by how many queries, so that no more is looked up of a commit than somebody wants to know. */
final class Readers {

    private final Map<String, Integer> tables = new HashMap<>();
    private int everything;

    void add(ReadSet readSet) {
        readSet.tables().forEach(table -> tables.merge(table, 1, Integer::sum));
        everything += readSet.everything() ? 1 : 0;
    }

    void remove(ReadSet readSet) {
        readSet.tables()
                .forEach(table -> tables.computeIfPresent(table, (name, count) -> count == 1 ? null : count - 1));
        everything -= readSet.everything() ? 1 : 0;
    }

    /** @param table in lower case */
    boolean read(String table) {
        return everything > 0 || tables.containsKey(table);
    }
}
