package dev.corrosion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row of a result. Values are {@code null}, {@link Long}, {@link Double}, {@link String} or {@code byte[]}, as SQLite
 * stores them. Two rows are equal if columns, types and values are equal; byte arrays compare by content.
 *
 * <p>Immutable as long as nobody writes into a {@code byte[]} that it handed out.
 */
public final class Row {

    private final List<String> columns;
    private final @Nullable Object[] values;

    private Row(List<String> columns, @Nullable Object[] values) {
        this.columns = columns;
        this.values = values;
    }

    /** Rows of one result share their column list. */
    public static Row of(List<String> columns, @Nullable Object... values) {
        if (columns.size() != values.length) {
            throw new IllegalArgumentException(columns.size() + " columns but " + values.length + " values");
        }
        return new Row(List.copyOf(columns), values.clone());
    }

    public List<String> columns() {
        return columns;
    }

    /** The value of the column at {@code index}, from 0. */
    public @Nullable Object get(int index) {
        return values[index];
    }

    /**
     * The value of a column, by name, ignoring case as SQL does.
     *
     * @throws NoSuchElementException if there is no such column
     */
    public @Nullable Object get(String column) {
        return values[indexOf(column)];
    }

    /** The value as text, {@code null} for NULL. */
    public @Nullable String getString(String column) {
        Object value = get(column);
        return value == null ? null : value.toString();
    }

    /**
     * The value as an integer.
     *
     * @throws IllegalStateException if it is NULL or not a number
     */
    public long getLong(String column) {
        return number(column).longValue();
    }

    /**
     * The value as a floating point number.
     *
     * @throws IllegalStateException if it is NULL or not a number
     */
    public double getDouble(String column) {
        return number(column).doubleValue();
    }

    /** True if the value is a number other than 0, as SQLite's boolean expressions have it. */
    public boolean getBoolean(String column) {
        return get(column) instanceof Number n && n.doubleValue() != 0;
    }

    /** Column name to value, in column order. */
    public Map<String, @Nullable Object> asMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            map.put(columns.get(i), values[i]);
        }
        return Collections.unmodifiableMap(map);
    }

    /** The values in column order. */
    public List<@Nullable Object> values() {
        List<@Nullable Object> list = new ArrayList<>(values.length);
        Collections.addAll(list, values);
        return Collections.unmodifiableList(list);
    }

    private Number number(String column) {
        if (get(column) instanceof Number n) {
            return n;
        }
        throw new IllegalStateException("column " + column + " is not a number: " + get(column));
    }

    private int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).equalsIgnoreCase(column)) {
                return i;
            }
        }
        throw new NoSuchElementException("no column " + column + "; there are " + columns);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row row && sameValues(row) && columns.equals(row.columns);
    }

    private boolean sameValues(Row other) {
        if (values.length != other.values.length) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            Object mine = values[i];
            Object theirs = other.values[i];
            boolean same = mine instanceof byte[] bytes
                    ? theirs instanceof byte[] others && Arrays.equals(bytes, others)
                    : Objects.equals(mine, theirs);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(values);
    }

    @Override
    public String toString() {
        return asMap().toString();
    }
}
