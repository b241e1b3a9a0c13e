package dev.corrosion.crdt;

import java.util.List;
import java.util.Optional;

/**
 * A table that takes part in replication.
 *
 * @param id its number in this database's internal tables; means nothing elsewhere
 * @param name as declared
 * @param key the columns of the primary key, in its order
 * @param nullableKey those key columns that SQLite would let be NULL
 * @param columns all other columns in table order, without generated ones
 */
public record ReplicatedTable(long id, String name, List<String> key, List<String> nullableKey, List<String> columns) {

    public ReplicatedTable {
        key = List.copyOf(key);
        nullableKey = List.copyOf(nullableKey);
        columns = List.copyOf(columns);
    }

    /** The table of this name, if there is one. */
    public static Optional<ReplicatedTable> find(List<ReplicatedTable> tables, String name) {
        return tables.stream().filter(table -> table.name().equals(name)).findFirst();
    }
}
