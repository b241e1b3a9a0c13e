package dev.corrosion.query;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which rows have changed between two states of the database: their keys, not their values. Keys are given as they are
 * stored, that is {@code null}, {@link Long}, {@link Double}, {@link String} or {@code byte[]} after the conversions of their
 * columns. A changed key is the old key and the new one. Rows that did not change may be among them.
 *
 * <p>Immutable; made by a {@link Builder}.
 */
public final class ChangedRows {

    /** No change. */
    public static final ChangedRows NONE = new Builder().build();

    /**
     * A changed row.
     *
     * @param key the values of its primary key, in the order in which it declares its columns
     * @param cause the last transaction that changed it
     * @param order larger for later changes of one {@link ChangedRows}
     */
    record Key(List<@Nullable Object> key, @Nullable Cause cause, int order) {}

    /**
     * What changed of a table.
     *
     * @param keys the rows, none where all may have changed
     * @param all every row may have changed
     * @param columns in lower case, the columns that changed in rows that were there before and after; null where they are
     *     not known, or rows came or went
     * @param last the last transaction
     */
    record Table(
            Collection<Key> keys,
            boolean all,
            @Nullable Set<String> columns,
            @Nullable Cause last,
            int order) {}

    private final Map<String, Table> tables;

    private ChangedRows(Map<String, Table> tables) {
        this.tables = tables;
    }

    public boolean isEmpty() {
        return tables.isEmpty();
    }

    /** Names of the tables, in lower case. */
    public Set<String> tables() {
        return tables.keySet();
    }

    /** How many rows are named. */
    public int size() {
        return tables.values().stream().mapToInt(table -> table.keys().size()).sum();
    }

    /** The same, with any row of the tables. */
    public ChangedRows whole() {
        Builder whole = new Builder();
        tables.forEach((name, table) -> whole.all(name, table.last()));
        return whole.build();
    }

    @Nullable Table table(String name) {
        return tables.get(name);
    }

    /** The last transaction that changed one of these tables. */
    @Nullable Cause last(Iterable<String> names) {
        Table last = null;
        for (String name : names) {
            Table table = tables.get(name);
            if (table != null && (last == null || table.order() > last.order())) {
                last = table;
            }
        }
        return last == null ? null : last.last();
    }

    /** Only these rows of one table. */
    ChangedRows only(String name, Collection<Key> keys) {
        Table table = Objects.requireNonNull(tables.get(name));
        Key last = null;
        for (Key key : keys) {
            last = last == null || key.order() > last.order() ? key : last;
        }
        Cause cause = last == null ? table.last() : last.cause();
        return new ChangedRows(
                Map.of(name, new Table(List.copyOf(keys), false, table.columns(), cause, table.order())));
    }

    /** These changes and then the others. */
    public ChangedRows then(ChangedRows later) {
        Builder both = new Builder();
        both.addAll(this);
        both.addAll(later);
        return both.build();
    }

    /** Collects changes in their order. Not thread-safe. */
    public static final class Builder {

        private static final class Collected {
            private final Map<List<@Nullable Object>, Key> keys = new LinkedHashMap<>();
            private boolean all;
            private boolean columnsKnown = true;
            private final Set<String> columns = new TreeSet<>();
            private @Nullable Cause last;
            private int order;

            void add(List<? extends @Nullable Object> key, @Nullable Cause cause, int order) {
                if (!all) {
                    List<@Nullable Object> values = Collections.unmodifiableList(new ArrayList<>(key));
                    keys.remove(values); // the last change of a row counts, in its place
                    keys.put(values, new Key(values, cause, order));
                }
            }
        }

        private final Map<String, Collected> tables = new LinkedHashMap<>();
        private int order;

        /** A row came or went, or it is not known which of its columns changed. */
        public Builder row(String table, List<? extends @Nullable Object> key, @Nullable Cause cause) {
            Collected collected = touch(table, cause);
            collected.columnsKnown = false;
            collected.add(key, cause, order);
            return this;
        }

        /**
         * A row that was there before and after, and was not replaced by another with the same key, changed in these
         * columns.
         *
         * @param columns their names
         */
        public Builder updated(
                String table, List<? extends @Nullable Object> key, Collection<String> columns, @Nullable Cause cause) {
            Collected collected = touch(table, cause);
            columns.forEach(column -> collected.columns.add(column.toLowerCase(Locale.ROOT)));
            collected.add(key, cause, order);
            return this;
        }

        /** Any row of the table may have changed. */
        public Builder all(String table, @Nullable Cause cause) {
            Collected collected = touch(table, cause);
            collected.all = true;
            collected.columnsKnown = false;
            collected.keys.clear();
            return this;
        }

        public ChangedRows build() {
            Map<String, Table> built = new LinkedHashMap<>();
            tables.forEach((name, collected) -> built.put(
                    name,
                    new Table(
                            List.copyOf(collected.keys.values()),
                            collected.all,
                            collected.columnsKnown ? Set.copyOf(collected.columns) : null,
                            collected.last,
                            collected.order)));
            return new ChangedRows(Collections.unmodifiableMap(built));
        }

        private void addAll(ChangedRows changes) {
            int base = order;
            changes.tables.forEach((name, table) -> {
                order = base + table.order();
                Collected collected = touch(name, table.last());
                if (table.columns() == null) {
                    collected.columnsKnown = false;
                } else {
                    collected.columns.addAll(table.columns());
                }
                if (table.all()) {
                    collected.all = true;
                    collected.keys.clear();
                }
                table.keys().forEach(key -> collected.add(key.key(), key.cause(), base + key.order()));
            });
            order = base
                    + 1
                    + changes.tables.values().stream()
                            .mapToInt(Table::order)
                            .max()
                            .orElse(0);
        }

        private Collected touch(String table, @Nullable Cause cause) {
            Collected collected = tables.computeIfAbsent(table.toLowerCase(Locale.ROOT), name -> new Collected());
            collected.last = cause;
            collected.order = ++order;
            return collected;
        }
    }
}
