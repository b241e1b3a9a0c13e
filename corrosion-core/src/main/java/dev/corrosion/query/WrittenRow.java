package dev.corrosion.query;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row that was written, with as much of it as is known without reading it.
 *
 * @param table its name, in lower case
 * @param key the values of its primary key, as in {@link ChangedRows}
 * @param columns in lower case, those that changed if the row was there before and after; null if it came or went, or
 *     nothing is known
 * @param values of columns, in lower case, as they are stored now; where there is none, it is not known
 * @param gone the row is no more
 */
public record WrittenRow(
        String table,
        List<@Nullable Object> key,
        @Nullable Set<String> columns,
        Map<String, @Nullable Object> values,
        boolean gone) {}
