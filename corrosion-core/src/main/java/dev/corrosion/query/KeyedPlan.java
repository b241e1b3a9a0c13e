package dev.corrosion.query;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are identified by the keys of their tables: what changes with a row of a table can be asked for by its key.
 *
 * @param select the columns that are read: those of the result, the keys of all tables, what to order by
 * @param where in parentheses, null if there is none
 * @param columns how many columns the result has
 * @param parameters the highest number of a parameter of the query
 * @param order of the rows
 * @param joinedWhere those conditions of WHERE that do not depend on optional tables, null if there are none
 * @param joinedSeparately rows of optional tables may be joined and yet not show, so that the result does not tell what
 *     they are joined with
 * @param equalities by the position of a table, the conditions by which its changes are routed
 * @param conditions by the same position, in lower case the columns of which it depends whether a row belongs to the
 *     result; there may be too many, not too few
 */
record KeyedPlan(
        String select,
        String from,
        @Nullable String where,
        List<Source> sources,
        int columns,
        int parameters,
        SortOrder order,
        @Nullable String joinedWhere,
        boolean joinedSeparately,
        Map<Integer, List<Equality>> equalities,
        Map<Integer, Set<String>> conditions)
        implements Plan {

    static KeyedPlan of(Connection connection, Catalog catalog, SelectParts parts, int columns) throws SQLException {
        if (parts.core().having != null || Aggregates.isIn(parts.statement(), catalog)) {
            throw new NotFollowed("an aggregate without GROUP BY is one row, made of all rows");
        }
        Ordering ordering = Ordering.of(connection, catalog, parts);
        List<String> selected = new ArrayList<>();
        selected.add(parts.items());
        parts.sources().forEach(source -> selected.add(source.keys()));
        ordering.expressions().forEach(expression -> selected.add("(" + expression + ")"));
        List<String> independent = new ArrayList<>();
        boolean separately = splitWhere(parts, independent);
        Map<Integer, List<Equality>> equalities = new Equalities(connection, parts).find();
        return new KeyedPlan(
                "SELECT " + String.join(", ", selected) + " FROM ",
                parts.from(),
                parts.where(),
                parts.sources(),
                columns,
                parts.parameters(),
                ordering.order(),
                independent.isEmpty() ? null : String.join(" AND ", independent),
                separately,
                equalities,
                conditions(catalog, parts, equalities.keySet()));
    }

    /** The rows that a query groups, with some expressions as their columns. */
    static KeyedPlan rowsOf(Connection connection, Catalog catalog, SelectParts parts, List<String> expressions)
            throws SQLException {
        List<String> selected = new ArrayList<>();
        expressions.forEach(expression -> selected.add("(" + expression + ")"));
        parts.sources().forEach(source -> selected.add(source.keys()));
        List<String> independent = new ArrayList<>();
        boolean separately = splitWhere(parts, independent);
        Map<Integer, List<Equality>> equalities = new Equalities(connection, parts).find();
        return new KeyedPlan(
                "SELECT " + String.join(", ", selected) + " FROM ",
                parts.from(),
                parts.where(),
                parts.sources(),
                expressions.size(),
                parts.parameters(),
                SortOrder.NONE,
                independent.isEmpty() ? null : String.join(" AND ", independent),
                separately,
                equalities,
                conditions(catalog, parts, equalities.keySet()));
    }

    /** For each of some tables, the columns that are named in FROM and WHERE. */
    private static Map<Integer, Set<String>> conditions(Catalog catalog, SelectParts parts, Set<Integer> positions) {
        Names names = Names.of(parts.from() + " WHERE " + Objects.requireNonNullElse(parts.where(), "1"), catalog);
        Map<Integer, Set<String>> conditions = new TreeMap<>();
        for (int position : positions) {
            conditions.put(
                    position,
                    names.columnsOf(parts.sources().get(position).table().name(), catalog));
        }
        return Collections.unmodifiableMap(conditions);
    }

    /** Finds the conditions that do not depend on optional tables, and tells whether there are others. */
    private static boolean splitWhere(SelectParts parts, List<String> independent) {
        Set<Integer> optional = IntStream.range(0, parts.sources().size())
                .filter(i -> parts.sources().get(i).optional())
                .boxed()
                .collect(Collectors.toSet());
        boolean depends = false;
        for (ParserRuleContext conjunct : parts.conjuncts()) {
            String text = parts.parsed().text(conjunct);
            Set<Integer> references = Expressions.references(text, parts.sources(), parts.aliases());
            references.retainAll(optional);
            if (references.isEmpty()) {
                independent.add("(" + text + ")");
            } else {
                depends = true;
            }
        }
        return depends;
    }

    @Override
    public int tier() {
        return sources.size() == 1 ? 1 : 2;
    }

    @Override
    public KeyedPlan rowsFollowed() {
        return this;
    }

    @Override
    public String reason() {
        if (sources.size() > 1) {
            return "it joins " + sources.size()
                    + " tables, so what a changed row is joined with is queried by the keys of the row" + routing();
        }
        return "each row of it comes from one row of " + sources.get(0).table().name()
                + (equalities.isEmpty()
                        ? "; no condition column = constant says which, so every changed row is looked at"
                        : routing());
    }

    /** What it is that changes are routed by; begins with a semicolon, or is empty. */
    String routing() {
        StringBuilder text = new StringBuilder();
        equalities.forEach((source, of) -> text.append("; changed rows of ")
                .append(sources.get(source).table().name())
                .append(" are found by an index on ")
                .append(String.join(
                        " and ", of.stream().map(e -> e.column().name()).toList())));
        return text.toString();
    }

    @Override
    public List<String> statements() {
        List<String> statements = new ArrayList<>(List.of(all(), of(required())));
        for (int i = 0; i < sources.size(); i++) {
            statements.add(of(List.of(i)));
        }
        if (joinedSeparately) {
            statements.addAll(List.of(allJoined(), joinedOf(required())));
        }
        return statements;
    }

    /** Positions of the tables whose rows are never replaced by NULLs. Their keys together identify a row's group. */
    List<Integer> required() {
        return IntStream.range(0, sources.size())
                .filter(i -> !sources.get(i).optional())
                .boxed()
                .toList();
    }

    /** All rows. */
    String all() {
        return select + from + (where == null ? "" : " WHERE " + where);
    }

    /** The rows with certain keys of these tables, which come as the last parameters. */
    String of(List<Integer> restricted) {
        return select + from + " WHERE " + (where == null ? "" : where + " AND ") + keysAre(restricted);
    }

    /** Which keys are joined, whether they show or not: no columns of the result, but the keys of all tables. */
    String allJoined() {
        return joined() + (joinedWhere == null ? "" : " WHERE " + joinedWhere);
    }

    String joinedOf(List<Integer> restricted) {
        return joined() + " WHERE " + (joinedWhere == null ? "" : joinedWhere + " AND ") + keysAre(restricted);
    }

    private String joined() {
        return "SELECT " + String.join(", ", sources.stream().map(Source::keys).toList()) + " FROM " + from;
    }

    private String keysAre(List<Integer> restricted) {
        List<String> conditions = new ArrayList<>();
        int parameter = 1;
        for (int position : restricted) {
            conditions.add(sources.get(position).keyIs(parameters + parameter));
            parameter += sources.get(position).table().key().size();
        }
        return String.join(" AND ", conditions);
    }
}
