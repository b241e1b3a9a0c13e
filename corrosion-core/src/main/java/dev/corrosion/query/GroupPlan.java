package dev.corrosion.query;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Groups of rows: those to which a changed row belonged or belongs now are queried again.
 *
 * @param rows the rows that are grouped; their columns are the expressions of GROUP BY
 * @param select the columns that are read: those of the result, the expressions of GROUP BY, what to order by
 * @param groupBy GROUP BY and HAVING as they were written
 * @param columns how many columns the result has
 * @param expressions of GROUP BY
 * @param collations by which they are compared
 * @param indexed the rows of a group are found by an index
 */
record GroupPlan(
        KeyedPlan rows,
        String select,
        String groupBy,
        int columns,
        List<String> expressions,
        List<Collation> collations,
        SortOrder order,
        boolean indexed)
        implements Plan {

    static GroupPlan of(Connection connection, Catalog catalog, SelectParts parts, int columns) throws SQLException {
        Grouping grouping = new Grouping(connection, catalog, parts);
        List<String> expressions = grouping.expressions();
        Ordering ordering = Ordering.of(connection, catalog, parts);
        grouping.requireDetermined();
        List<Collation> collations = SortOrder.collations(connection, parts.from(), expressions)
                .orElseThrow(() -> new NotFollowed("it groups by a constant, or by a collation of the application"));
        List<String> selected = new ArrayList<>();
        selected.add(parts.items());
        expressions.forEach(expression -> selected.add("(" + expression + ")"));
        ordering.expressions().forEach(expression -> selected.add("(" + expression + ")"));
        GroupPlan plan = new GroupPlan(
                KeyedPlan.rowsOf(connection, catalog, parts, expressions),
                "SELECT " + String.join(", ", selected) + " FROM " + parts.from(),
                grouping.clause(),
                columns,
                expressions,
                collations,
                ordering.order(),
                false);
        return plan.withIndex(isSearched(connection, plan.one()));
    }

    @Override
    public int tier() {
        return 3;
    }

    @Override
    public KeyedPlan rowsFollowed() {
        return rows;
    }

    @Override
    public String reason() {
        return "it groups rows, so the groups of changed rows are queried again"
                + (indexed ? "" : ", by reading the tables: no index finds the rows of a group")
                + rows.routing();
    }

    @Override
    public List<String> statements() {
        List<String> statements = new ArrayList<>(rows.statements());
        statements.add(all());
        statements.add(one());
        return statements;
    }

    /** All groups. */
    String all() {
        return select + where(null) + groupBy;
    }

    /** The group whose expressions have the values that are given by the last parameters. */
    String one() {
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < expressions.size(); i++) {
            conditions.add("(" + expressions.get(i) + ") IS ?" + (rows.parameters() + i + 1));
        }
        return select + where(String.join(" AND ", conditions)) + groupBy;
    }

    private String where(@Nullable String condition) {
        List<String> conditions = new ArrayList<>();
        if (rows.where() != null) {
            conditions.add(rows.where());
        }
        if (condition != null) {
            conditions.add(condition);
        }
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private GroupPlan withIndex(boolean found) {
        return new GroupPlan(rows, select, groupBy, columns, expressions, collations, order, found);
    }

    private static boolean isSearched(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet steps = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
            while (steps.next()) {
                if (steps.getString("detail").startsWith("SCAN")) {
                    return false;
                }
            }
            return true;
        }
    }
}
