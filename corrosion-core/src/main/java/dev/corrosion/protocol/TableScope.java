package dev.corrosion.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at of a table.
 *
 * @param table its name
 * @param schema stands for its key and the columns that are looked at, as the asker has them; whose own is another one cannot
 *     compare
 * @param columns the columns that both have; null for all
 */
public record TableScope(
        String table, long schema, @Nullable List<String> columns) {

    /** What SQLite can be built for at most. */
    public static final int MAX_COLUMNS = 32_767;

    public TableScope {
        columns = columns == null ? null : List.copyOf(columns);
    }
}
