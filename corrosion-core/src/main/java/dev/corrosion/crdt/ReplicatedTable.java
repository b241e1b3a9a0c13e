package dev.corrosion.crdt;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table that takes part in replication.
 *
 * @param id its number in this database's internal tables; means nothing elsewhere
 * @param name as declared
 * @param key the columns of the primary key, in its order
 * @param nullableKey those key columns that SQLite would let be NULL
 * @param columns all other columns in table order, without generated ones
 * @param columnIds the number of each of these in the clock, in the same order; a number is never given to another column
 * @param untyped those columns, of the key and others, in which equal numbers may be of different types
 * @param keyIsRowid whether the key may also be set under the name {@code rowid}
 */
public record ReplicatedTable(
        long id,
        String name,
        List<String> key,
        List<String> nullableKey,
        List<String> columns,
        List<Integer> columnIds,
        Set<String> untyped,
        boolean keyIsRowid) {

    public ReplicatedTable {
        key = List.copyOf(key);
        nullableKey = List.copyOf(nullableKey);
        columns = List.copyOf(columns);
        columnIds = List.copyOf(columnIds);
        untyped = Collections.unmodifiableSet(new LinkedHashSet<>(untyped));
    }

    /** One more than the largest column number. */
    int width() {
        return columnIds.stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    }

    /** The table of this name, if there is one. */
    public static Optional<ReplicatedTable> find(List<ReplicatedTable> tables, String name) {
        return tables.stream().filter(table -> table.name().equals(name)).findFirst();
    }
}
