package dev.corrosion.query;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table that changed.
 *
 * @param canonical its key
 */
record ChangedKey(Object canonical, List<?> values, ChangedRows.Key change) {

    /** The rows of a table that changed, each once; null if they are not known one by one. */
    static @Nullable List<ChangedKey> of(Source source, ChangedRows changed) {
        ChangedRows.Table table = changed.table(source.tableName());
        if (table == null) {
            return List.of();
        }
        if (table.all()) {
            return null;
        }
        List<KeyColumn> columns = source.table().key();
        Map<Object, ChangedKey> keys = new LinkedHashMap<>();
        for (ChangedRows.Key key : table.keys()) {
            Object canonical = Keys.canonical(columns, key.key());
            if (canonical == null) {
                return null;
            }
            keys.put(canonical, new ChangedKey(canonical, Keys.values(columns, canonical), key));
        }
        return List.copyOf(keys.values());
    }
}
