package dev.corrosion.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A condition {@code column = constant} or {@code column IN (constants)} that every row of a result meets.
 *
 * @param collation by which it compares
 * @param constants at least one
 */
record Equality(Column column, Collation collation, List<Constant> constants) {

    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,18}");
    private static final Pattern DIGIT = Pattern.compile("[0-9]");

    /**
     * A constant.
     *
     * @param value as SQLite has it, unless it is a parameter
     * @param parameter its number, 0 if it is none
     */
    record Constant(@Nullable Object value, int parameter) {
        @Nullable Object in(List<? extends @Nullable Object> parameters) {
            return parameter == 0 ? value : parameters.get(parameter - 1);
        }
    }

    /**
     * The canonical values that the column then has; empty if SQLite's conversions make it unsure what equals them.
     *
     * @param parameters of the query, as SQLite has them
     */
    Optional<List<Object>> values(List<? extends @Nullable Object> parameters) {
        List<Object> values = new ArrayList<>(constants.size());
        for (Constant constant : constants) {
            Object value = converted(constant.in(parameters));
            if (value == null || !collation.isExact(value)) {
                return Optional.empty();
            }
            Object canonical = collation.canonical(value);
            if (canonical != null) {
                values.add(canonical);
            }
        }
        return Optional.of(values);
    }

    /** What comparing with the column makes of a value, null if unsure: "Datatypes in SQLite", section 4.2. */
    private @Nullable Object converted(@Nullable Object value) {
        if (value instanceof byte[] || column.affinity() == Affinity.BLOB) {
            return value;
        }
        if (column.affinity() == Affinity.TEXT) {
            // how a REAL would be written is for SQLite to say
            return value instanceof Long number ? Long.toString(number) : value instanceof String ? value : null;
        }
        if (value instanceof String text) {
            if (INTEGER.matcher(text).matches()) {
                return Long.parseLong(text);
            }
            return DIGIT.matcher(text).find() ? null : text;
        }
        return value;
    }
}
