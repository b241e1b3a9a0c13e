package dev.corrosion.query;

import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.query.OracleSchema.OracleColumn;
import dev.corrosion.query.OracleSchema.OracleTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Random queries of a schema. Most are of a shape that can be followed closely, and some of every other. */
public final class OracleQueries {

    private final Random random;
    private final OracleSchema schema;
    private final List<@Nullable Object> parameters = new ArrayList<>();

    /** The tables that an expression may use: name in the query, table. */
    private final List<Scope> scope = new ArrayList<>();

    private record Scope(String alias, OracleTable table) {}

    /**
     * A query.
     *
     * @param ordered its order is the same however it runs
     */
    public record OracleQuery(Statement statement, boolean ordered) {

        /** As its results are to be compared, order included: nothing in SQL tells -0.0 from 0.0. */
        public static List<Row> inOrder(List<Row> rows) {
            return rows.stream()
                    .map(row -> Row.of(
                            row.columns(),
                            row.values().stream()
                                    .map(value -> value instanceof Double number ? (Object) (number + 0.0) : value)
                                    .toArray()))
                    .toList();
        }
    }

    public OracleQueries(Random random, OracleSchema schema) {
        this.random = random;
        this.schema = schema;
    }

    public OracleQuery next() {
        parameters.clear();
        scope.clear();
        List<String> order = new ArrayList<>();
        String sql =
                switch (random.nextInt(10)) {
                    case 0, 1, 2 -> single(order);
                    case 3, 4, 5 -> join(order);
                    case 6, 7 -> grouped(order);
                    default -> other();
                };
        String query = sql + orderBy(order);
        int used = parameters.size();
        while (used > 0 && !query.matches("(?s).*\\?" + used + "(?![0-9]).*")) {
            used--; // made, but not used after all
        }
        return new OracleQuery(new Statement(query, parameters.subList(0, used), Map.of()), !order.isEmpty());
    }

    private String single(List<String> order) {
        use(table(), random.nextBoolean() ? "x" : null);
        String items = items(order);
        String where = random.nextInt(3) > 0 ? equality() : maybe(this::condition);
        if (!where.isEmpty() && random.nextBoolean()) {
            where += " AND " + condition();
        }
        return "SELECT " + items + " FROM " + from() + where(where);
    }

    private String join(List<String> order) {
        int count = 2 + random.nextInt(2);
        use(table(), "x");
        StringBuilder from = new StringBuilder(from());
        for (int i = 1; i < count; i++) {
            OracleTable table = table();
            String alias = "xyz".substring(i, i + 1);
            use(table, alias);
            String operator = pick(
                    " JOIN ", " LEFT JOIN ", " LEFT JOIN ", " LEFT OUTER JOIN ", " INNER JOIN ", ", ", " CROSS JOIN ");
            from.append(operator).append(table.name()).append(" AS ").append(alias);
            if (!operator.equals(", ") && random.nextInt(8) > 0) {
                from.append(" ON ").append(joinCondition());
            }
        }
        String items = items(order);
        String where =
                switch (random.nextInt(6)) {
                    case 0 -> "";
                    case 1 -> equality(scope.get(0));
                    case 2 -> equality(scope.get(0)) + " AND " + equality(scope.get(1));
                    case 3 -> column(scope.get(count - 1)) + " IS NULL"; // what has no partner
                    case 4 -> column(scope.get(count - 1)) + " IS NULL AND " + condition();
                    default -> condition();
                };
        return "SELECT " + items + " FROM " + from + where(where);
    }

    private String grouped(List<String> order) {
        boolean joins = random.nextInt(3) == 0;
        use(table(), "x");
        String from = from();
        if (joins) {
            OracleTable table = table();
            use(table, "y");
            from += pick(" JOIN ", " LEFT JOIN ") + table.name() + " AS y ON " + joinCondition();
        }
        List<String> groups = new ArrayList<>();
        groups.add(random.nextInt(4) > 0 ? column() : expression(1));
        if (random.nextInt(3) == 0) {
            groups.add(column());
        }
        List<String> items = new ArrayList<>(groups);
        items.add(aggregate());
        if (random.nextBoolean()) {
            items.add(aggregate());
        }
        if (random.nextInt(4) == 0) {
            items.remove(0);
        }
        String where = where(maybe(random.nextBoolean() ? this::equality : this::condition));
        String having = random.nextInt(4) == 0
                ? " HAVING " + (random.nextInt(4) == 0 ? name() : aggregate()) + pick(" > ", " IS NOT ") + literal()
                : "";
        if (random.nextInt(3) == 0) {
            order.add((random.nextInt(3) == 0 ? orderTerm() : aggregate()) + direction());
            items.forEach(item -> order.addAll(exact(item)));
        }
        items.replaceAll(this::named);
        if (random.nextInt(4) == 0) {
            groups.set(0, pick("1", name()));
        }
        return "SELECT " + String.join(", ", items) + " FROM " + from + where + " GROUP BY " + String.join(", ", groups)
                + having;
    }

    private String other() {
        use(table(), "x");
        String table = table().name();
        int choice = random.nextInt(16);
        String column = column();
        String condition = condition();
        String base = "SELECT " + column + " FROM " + from();
        return switch (choice) {
            case 0 -> "SELECT DISTINCT " + column + ", " + expression(1) + " FROM " + from();
            case 1 ->
                base + " WHERE " + condition + " ORDER BY 1, " + String.join(", ", exact(column)) + " LIMIT "
                        + random.nextInt(4);
            case 2 -> base + " WHERE EXISTS (SELECT 1 FROM " + table + " s WHERE s.k0 = x.k0)";
            case 3 -> base + " WHERE " + column + " NOT IN (SELECT k0 FROM " + table + ")";
            case 4 -> "SELECT x.k0, (SELECT count(*) FROM " + table + " s WHERE s.k0 = x.k0) FROM " + from();
            case 5 -> "WITH q AS (" + base + ") SELECT count(*), q.* FROM q GROUP BY 2";
            case 6 -> base + pick(" UNION ", " UNION ALL ", " EXCEPT ", " INTERSECT ") + "SELECT k0 FROM " + table;
            case 7 -> "SELECT " + column + ", count(*) OVER (PARTITION BY " + column() + ") FROM " + from();
            case 8 -> "SELECT * FROM v_" + scope.get(0).table().name() + " AS x WHERE " + condition;
            case 9 -> "SELECT count(*), min(" + column + "), max(" + expression(1) + ") FROM " + from();
            case 10 -> "SELECT * FROM " + from() + pick(" NATURAL JOIN ", " NATURAL LEFT JOIN ") + table;
            case 11 ->
                "SELECT * FROM " + from() + pick(" RIGHT", " FULL", " LEFT") + " JOIN " + table + " s USING (k0)";
            case 12 ->
                "SELECT x.k0, s.k0 FROM " + from() + pick(" RIGHT", " FULL") + " JOIN " + table + " s ON s.k0 = x.k0";
            case 13 -> base + " WHERE x.k0 IN k_" + table;
            case 14 -> "SELECT j.value, x.k0 FROM " + from() + ", json_each('[1,2]') j";
            default -> "SELECT q.c FROM (SELECT " + column + " AS c FROM " + from() + " WHERE " + condition + ") q";
        };
    }

    private String items(List<String> order) {
        int kind = random.nextInt(5);
        List<String> items = new ArrayList<>();
        if (kind == 0) {
            items.add("*");
        } else if (kind == 1) {
            items.add(scope.get(0).alias() + ".*");
            items.add(expression(2));
        } else {
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                items.add(named(kind == 2 ? column() : expression(2)));
            }
        }
        if (random.nextInt(3) == 0) {
            order.add(orderTerm() + direction());
            for (Scope source : scope) {
                source.table().columns().forEach(c -> order.addAll(exact(source.alias() + "." + c.name())));
            }
        }
        return String.join(", ", items);
    }

    /** Sometimes with a name, which may be that of a column. */
    private String named(String item) {
        return random.nextInt(3) == 0 ? item + pick(" AS ", " ") + name() : item;
    }

    private String name() {
        return pick("n", "\"n\"", "m", "a", "k0");
    }

    private String orderTerm() {
        return switch (random.nextInt(7)) {
            case 0 -> pick("1", "2", "+1", "(1)");
            case 1 -> name();
            case 2 -> name() + " || 'x'";
            case 3, 4 -> column();
            default -> expression(1);
        };
    }

    /** What tells values apart that are equal in an order; quote() does not look behind a NUL. */
    private static List<String> exact(String expression) {
        return List.of("typeof(" + expression + ")", "hex(" + expression + ")");
    }

    private static String orderBy(List<String> order) {
        return order.isEmpty() ? "" : " ORDER BY " + String.join(", ", order);
    }

    private String direction() {
        return pick("", " DESC", " ASC", " NULLS LAST", " DESC NULLS FIRST", " COLLATE NOCASE DESC");
    }

    private String aggregate() {
        String plain = scope.stream()
                .flatMap(source -> source.table().columns().stream()
                        .filter(OracleColumn::isPlain)
                        .map(column -> source.alias() + "." + column.name()))
                .collect(Collectors.collectingAndThen(
                        Collectors.toList(), all -> all.isEmpty() ? "x.k0" : all.get(random.nextInt(all.size()))));
        return switch (random.nextInt(9)) {
            case 0, 1 -> "count(*)";
            case 2 -> "count(" + column() + ")";
            case 3 -> "count(DISTINCT " + column() + ")";
            case 4 -> "total(length(" + column() + "))";
            case 5 -> "min(" + plain + ")";
            case 6 -> "max(" + plain + ")";
            case 7 -> "sum(length(" + column() + ")) FILTER (WHERE " + condition() + ")";
            default -> pick("group_concat", "min", "count") + "(" + expression(1) + ")";
        };
    }

    private String joinCondition() {
        Scope last = scope.get(scope.size() - 1);
        Scope earlier = scope.get(random.nextInt(scope.size() - 1));
        String equal = column(earlier) + pick(" = ", " = ", " IS ") + column(last);
        return random.nextInt(4) == 0 ? equal + " AND " + condition() : equal;
    }

    private String equality() {
        return equality(scope.get(random.nextInt(scope.size())));
    }

    private String equality(Scope source) {
        String column = column(source);
        return switch (random.nextInt(6)) {
            case 0 -> column + " IN (" + constant() + ", " + constant() + ")";
            case 1 -> constant() + " = " + column;
            case 2 -> column + " IS " + constant();
            case 3 -> column + " == " + constant() + " AND " + column(source) + " = " + constant();
            default -> column + " = " + constant();
        };
    }

    private String condition() {
        return switch (random.nextInt(20)) {
            case 0 -> column() + " IS NULL";
            case 1 -> column() + " NOTNULL";
            case 2 -> column() + " BETWEEN " + constant() + " AND " + constant();
            case 3 -> column() + " NOT LIKE 'a%'";
            case 4 -> column() + " GLOB 'a*'";
            case 5 -> column() + " NOT IN (" + constant() + ", " + constant() + ")";
            case 6 -> "(" + condition() + " OR " + condition() + ")";
            case 7 -> condition() + " AND " + condition();
            case 8 -> "NOT " + condition();
            case 9 -> condition() + " OR " + condition();
            case 10 -> expression(1) + pick(" < ", " >= ", " <> ", " IS NOT ") + expression(1);
            case 11 -> column() + " COLLATE NOCASE = " + constant();
            case 12 -> "(" + column() + ", " + column() + ") = (" + constant() + ", " + constant() + ")";
            case 13 -> name() + pick(" IS NOT ", " > ") + constant();
            default -> column() + pick(" = ", " > ", " <= ") + constant();
        };
    }

    private String expression(int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return random.nextInt(4) == 0 ? constant() : column();
        }
        return switch (random.nextInt(8)) {
            case 0 -> expression(depth - 1) + " || " + expression(depth - 1);
            case 1 -> "coalesce(" + expression(depth - 1) + ", " + expression(depth - 1) + ")";
            case 2 -> "CASE WHEN " + condition() + " THEN " + expression(depth - 1) + " ELSE " + column() + " END";
            case 3 -> "lower(" + expression(depth - 1) + ")";
            case 4 -> "typeof(" + expression(depth - 1) + ")";
            case 5 -> "CAST(" + expression(depth - 1) + " AS TEXT)";
            case 6 -> "(" + condition() + ")";
            default -> "length(" + expression(depth - 1) + ") + 1";
        };
    }

    private String constant() {
        if (random.nextInt(3) > 0) {
            return literal();
        }
        parameters.add(schema.value(random));
        return "?" + parameters.size();
    }

    private String literal() {
        if (schema.dense() && random.nextInt(4) > 0) {
            return pick("1", "2", "'a'", "'A'", "'1'");
        }
        return pick(
                "NULL", "0", "1", "1.0", "2", "'a'", "'A'", "'b'", "''", "'1'", "'a '", "x'01'", "-1", "'1.0'", "' 1'",
                "2.5");
    }

    private String column() {
        return column(scope.get(random.nextInt(scope.size())));
    }

    private String column(Scope source) {
        List<OracleColumn> columns = source.table().columns();
        return source.alias() + "."
                + columns.get(random.nextInt(columns.size())).name();
    }

    private String maybe(Supplier<String> condition) {
        return random.nextInt(3) == 0 ? "" : condition.get();
    }

    private static String where(String condition) {
        return condition.isEmpty() ? "" : " WHERE " + condition;
    }

    private OracleTable table() {
        return schema.tables().get(random.nextInt(schema.tables().size()));
    }

    private void use(OracleTable table, @Nullable String alias) {
        scope.add(new Scope(alias == null ? table.name() : alias, table));
    }

    private String from() {
        Scope first = scope.get(0);
        return first.table().name()
                + (first.alias().equals(first.table().name()) ? "" : pick(" AS ", " ") + first.alias());
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
