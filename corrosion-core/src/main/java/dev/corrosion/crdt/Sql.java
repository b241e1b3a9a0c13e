package dev.corrosion.crdt;

import dev.corrosion.store.SqlNames;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Pieces of SQL. */
final class Sql {

    private Sql() {}

    /** A name, quoted. */
    static String name(String name) {
        return SqlNames.quote(name);
    }

    /** A text literal. */
    static String text(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static String list(List<String> parts, Function<String, String> each) {
        return parts.stream().map(each).collect(Collectors.joining(", "));
    }

    static String names(List<String> names) {
        return list(names, Sql::name);
    }

    static String placeholders(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    /** {@code "a" = ? AND "b" = ?} */
    static String equalTo(List<String> names) {
        return names.stream().map(name -> name(name) + " = ?").collect(Collectors.joining(" AND "));
    }
}
