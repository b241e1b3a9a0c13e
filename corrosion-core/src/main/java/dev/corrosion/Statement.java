package dev.corrosion;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One SQL statement with its parameters, either positional ({@code ?}) or named ({@code :name}), not both.
 *
 * <p>Values may be {@code null}, {@link String}, {@code byte[]}, {@link Boolean} (stored as 0 or 1), any {@link Number}
 * (integers exactly, the others as REAL), {@link Enum} (its name), {@link java.util.UUID} and the {@code java.time}
 * types (their ISO text).
 *
 * @param sql exactly one statement
 * @param parameters positional values, in order
 * @param named values by name, without the colon
 */
public record Statement(String sql, List<@Nullable Object> parameters, Map<String, @Nullable Object> named) {

    public Statement {
        Objects.requireNonNull(sql, "sql");
        if (sql.isBlank()) {
            throw new IllegalArgumentException("the SQL statement is empty");
        }
        if (!parameters.isEmpty() && !named.isEmpty()) {
            throw new IllegalArgumentException("a statement has positional or named parameters, not both: " + sql);
        }
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
        named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
    }

    /** A statement with positional parameters. */
    public static Statement of(String sql, @Nullable Object... parameters) {
        List<@Nullable Object> values = new ArrayList<>(parameters.length);
        Collections.addAll(values, parameters);
        return new Statement(sql, values, Map.of());
    }

    /** A statement with named parameters; the names are given without the colon. */
    public static Statement of(String sql, Map<String, ? extends @Nullable Object> named) {
        return new Statement(sql, List.of(), new LinkedHashMap<>(named));
    }
}
