package dev.corrosion.schema;

import dev.corrosion.CorrosionOptions.SchemaSource;
import dev.corrosion.SchemaException;
import dev.corrosion.SchemaPlan;
import dev.corrosion.SchemaPlan.Kind;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.schema.SchemaMemory.Entry;
import dev.corrosion.store.SqlErrors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * Brings a database to the declared schema. The declaration is compared with what is there, both as SQLite understands
 * them; the plan that follows is applied as a whole or not at all.
 */
public final class SchemaMigration {

    private static final Logger log = LoggerFactory.getLogger(SchemaMigration.class);

    private static final int BUSY_TIMEOUT_MILLIS = 5_000;

    private SchemaMigration() {}

    /**
     * What {@link #apply} would do with a database file, which may be one that a node has open. Changes nothing; rows
     * are not looked at, so whether they fit a changed constraint is found out by applying only.
     *
     * @param database need not exist
     * @param allowDestructive whether tables that are no longer declared would be dropped
     * @throws SchemaException naming source, line and reason
     */
    public static SchemaPlan plan(Path database, List<SchemaSource> sources, boolean allowDestructive) {
        DeclaredSchema declared = DeclaredSchema.read(sources);
        try (Connection connection = openToRead(database)) {
            connection.setAutoCommit(false);
            SchemaMemory memory = SchemaMemory.read(connection);
            Set<String> replicated = memory.entries().stream()
                    .filter(entry -> entry.type().equals(PresentSchema.TABLE))
                    .map(Entry::name)
                    .collect(Collectors.toSet());
            PresentSchema present = PresentSchema.read(connection);
            return asPlan(
                    new SchemaPlanner(connection, declared, present, memory, replicated, allowDestructive).plan());
        } catch (SQLException e) {
            throw new SchemaException(
                    "the schema of the database " + database + " could not be read: " + SqlErrors.reason(e), e);
        }
    }

    private static Connection openToRead(Path database) throws SQLException {
        if (!Files.exists(database)) {
            return DriverManager.getConnection("jdbc:sqlite::memory:");
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        // Not opened read-only: SQLite would then leave the files of its WAL behind.
        Connection connection = config.createConnection("jdbc:sqlite:" + database.toAbsolutePath());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = ON");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Applies the sources together, inside the caller's write transaction, which must be rolled back if this fails.
     * Between {@link Replica#begin} and {@link Replica#finish}: if a declared table exists with rows but is not yet
     * replicated, its rows become changes. Everything else records nothing.
     *
     * @param allowDestructive whether columns and tables may be dropped or changed
     * @return what was done
     * @throws SchemaException naming source, line and reason
     */
    public static SchemaPlan apply(
            Connection connection, Replica replica, List<SchemaSource> sources, boolean allowDestructive) {
        DeclaredSchema declared = DeclaredSchema.read(sources);
        try {
            SchemaMemory memory = SchemaMemory.read(connection);
            PresentSchema present = PresentSchema.read(connection);
            Set<String> replicated =
                    replica.tables().stream().map(ReplicatedTable::name).collect(Collectors.toSet());
            List<PlannedStep> steps =
                    new SchemaPlanner(connection, declared, present, memory, replicated, allowDestructive).plan();
            if (!allowDestructive) {
                refuseDestructive(steps);
            }
            warn(declared, present, memory, replicated, allowDestructive);
            new PlanRunner(connection, replica).run(steps, declared);
            memory.update(connection, declared, PresentSchema.read(connection));
            return asPlan(steps);
        } catch (SQLException e) {
            throw new SchemaException("the schema could not be applied: " + SqlErrors.reason(e), e);
        }
    }

    private static SchemaPlan asPlan(List<PlannedStep> steps) {
        return new SchemaPlan(steps.stream().map(PlannedStep::step).toList());
    }

    private static void refuseDestructive(List<PlannedStep> steps) {
        List<PlannedStep> destructive =
                steps.stream().filter(planned -> planned.step().isDestructive()).toList();
        if (!destructive.isEmpty()) {
            throw new SchemaException(destructive.stream()
                    .map(planned -> "\n  " + planned.describe())
                    .collect(Collectors.joining(
                            "",
                            "the declared schema drops or changes what holds data:",
                            "\nDeclare what the database has, or allow it with corrosion.schema.allow-destructive=true."
                                    + " Nothing was changed")));
        }
    }

    private static void warn(
            DeclaredSchema declared,
            PresentSchema present,
            SchemaMemory memory,
            Set<String> replicated,
            boolean allowDestructive) {
        for (String table : replicated) {
            boolean stays = !allowDestructive || declared.tables().isEmpty();
            if (stays && declared.table(table).isEmpty()) {
                log.warn("the table {} is no longer declared; it stays as it is and is still replicated", table);
            }
        }
        for (DeclaredSchema.Table table : declared.tables()) {
            for (PresentSchema.Item item : present.dependents(table.name())) {
                if (item.type().equals(Kind.TRIGGER.toString())
                        && declared.other(Kind.TRIGGER, item.name()).isEmpty()
                        && !memory.has(Kind.TRIGGER, item.name())) {
                    log.warn(
                            "the trigger {} on the replicated table {} was made by hand: it also fires for what other"
                                    + " nodes wrote, so copies may differ. Declare it in the schema, or drop it",
                            item.name(),
                            table.name());
                }
            }
        }
    }
}
