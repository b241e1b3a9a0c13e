package dev.corrosion.query;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a query is followed. */
sealed interface Plan permits KeyedPlan, GroupPlan, RerunPlan {

    /** From 1, the cheapest, to 4, which always works. */
    int tier();

    /** In one sentence, why the tier is not a lower one, or what makes it cheap. */
    String reason();

    /** How the rows of tables are followed, if they are. */
    default @Nullable KeyedPlan rowsFollowed() {
        return null;
    }

    /** Every statement that it may run, so that SQLite can check them before they are needed. */
    List<String> statements();

    /** The best plan of a query that SQLite accepts. */
    static Plan of(Connection connection, Catalog catalog, String sql, RerunPlan rerun) throws SQLException {
        try {
            SelectParts parts = SelectParts.of(connection, catalog, sql);
            Plan plan = parts.core().group_by.isEmpty()
                    ? KeyedPlan.of(connection, catalog, parts, rerun.columns().size())
                    : GroupPlan.of(connection, catalog, parts, rerun.columns().size());
            for (String statement : plan.statements()) {
                connection.prepareStatement(statement).close();
            }
            return plan;
        } catch (NotFollowed e) {
            return rerun.because(String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            return rerun.because("SQLite does not accept it in parts");
        }
    }
}
