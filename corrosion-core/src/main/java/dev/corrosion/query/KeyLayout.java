package dev.corrosion.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where the keys of the tables are in the rows that are read. The <em>group</em> of a row is the key of its required
 * tables: that of the only one, or a list of them.
 *
 * @param first position of the first key column
 */
record KeyLayout(List<Source> sources, List<Integer> required, List<Integer> optional, int first) {

    static KeyLayout of(KeyedPlan plan, int first) {
        List<Integer> optional = new ArrayList<>();
        for (int i = 0; i < plan.sources().size(); i++) {
            if (plan.sources().get(i).optional()) {
                optional.add(i);
            }
        }
        return new KeyLayout(plan.sources(), plan.required(), List.copyOf(optional), first);
    }

    /** The key of one table in a row. */
    Object key(int source, @Nullable Object[] row) {
        int at = first;
        for (int i = 0; i < source; i++) {
            at += sources.get(i).table().key().size();
        }
        List<KeyColumn> columns = sources.get(source).table().key();
        return Keys.of(columns, QueryRun.part(row, at, columns.size()));
    }

    /** Whether a row has a row of this table, and not the NULLs of a LEFT JOIN. */
    boolean has(int source, @Nullable Object[] row) {
        return !sources.get(source).optional()
                || Keys.isExact(sources.get(source).table().key(), key(source, row));
    }

    Object group(@Nullable Object[] row) {
        return group(source -> key(source, row));
    }

    private Object group(IntFunction<Object> keyOf) {
        if (required.size() == 1) {
            return keyOf.apply(required.get(0));
        }
        Object[] keys = new Object[required.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = keyOf.apply(required.get(i));
        }
        return Arrays.asList(keys);
    }

    /** The key of a required table in a group. */
    Object keyIn(Object group, int source) {
        return required.size() == 1 ? group : ((List<?>) group).get(required.indexOf(source));
    }

    /** The values by which the rows of a group are looked up; null if it has a key that cannot be. */
    @Nullable List<?> values(Object group) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int source : required) {
            List<KeyColumn> columns = sources.get(source).table().key();
            Object key = keyIn(group, source);
            if (!Keys.isExact(columns, key)) {
                return null;
            }
            values.addAll(Keys.values(columns, key));
        }
        return values;
    }

    /** The keys of the optional tables in a row, null if there are none. */
    @Nullable Object optionalKeys(@Nullable Object[] row) {
        if (optional.isEmpty()) {
            return null;
        }
        Object[] keys = new Object[optional.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key(optional.get(i), row);
        }
        return keys.length == 1 ? keys[0] : Arrays.asList(keys);
    }
}
