package dev.corrosion.schema;

import dev.corrosion.SchemaException;
import dev.corrosion.SchemaPlan.Step;
import dev.corrosion.store.SqlErrors;
import dev.corrosion.store.SqlToken;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A step, and what asks for it.
 *
 * @param statement what declares it; null if that something is no longer declared asks for it
 * @param at the part of the statement that asks for it; null stands for the whole
 */
record PlannedStep(
        Step step,
        @Nullable SchemaStatement statement,
        @Nullable SqlToken at) {

    /** For people, with source and line. */
    String describe() {
        return statement == null ? step.description() : statement.location(at) + ": " + step.description();
    }

    SchemaException failed(SQLException e) {
        return failed(TableRebuild.inTheNameOf(step, SqlErrors.reason(e)), e);
    }

    SchemaException failed(String reason, Exception e) {
        String why = "cannot " + step.description() + ": " + reason;
        return statement == null ? new SchemaException(why, e) : statement.refused(at, why, e);
    }
}
