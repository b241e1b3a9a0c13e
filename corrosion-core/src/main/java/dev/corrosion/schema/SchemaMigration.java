package dev.corrosion.schema;

import static dev.corrosion.store.SqlNames.quote;

import dev.corrosion.CorrosionOptions.SchemaSource;
import dev.corrosion.SchemaException;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.crdt.UnfitRowsException;
import dev.corrosion.store.SqlErrors;
import dev.corrosion.store.SqlTokenizer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to the declared schema, without ever losing data: new tables are made and replicated, new columns
 * are added, indexes and views are made anew where they differ. Everything else is refused.
 */
public final class SchemaMigration {

    private static final Logger log = LoggerFactory.getLogger(SchemaMigration.class);

    private final Connection connection;
    private final Replica replica;
    private final List<String> created = new ArrayList<>();
    private final List<String> altered = new ArrayList<>();

    private SchemaMigration(Connection connection, Replica replica) {
        this.connection = connection;
        this.replica = replica;
    }

    /**
     * What was done.
     *
     * @param created tables that are new
     * @param altered tables that have new columns
     */
    public record Applied(List<String> created, List<String> altered) {

        public Applied {
            created = List.copyOf(created);
            altered = List.copyOf(altered);
        }
    }

    /**
     * Applies the sources together, inside the caller's write transaction, which must be rolled back if this fails.
     * Between {@link Replica#begin} and {@link Replica#finish}: if a declared table exists with rows but is not yet
     * replicated, its rows become changes. New columns alone record nothing.
     *
     * @throws SchemaException naming source, line and reason
     */
    public static Applied apply(Connection connection, Replica replica, List<SchemaSource> sources) {
        DeclaredSchema declared = DeclaredSchema.read(sources);
        SchemaMigration migration = new SchemaMigration(connection, replica);
        for (DeclaredSchema.Table table : declared.tables()) {
            migration.migrate(table);
        }
        for (DeclaredSchema.Other other : declared.others()) {
            migration.migrate(other);
        }
        migration.warnOfUndeclared(declared);
        return new Applied(migration.created, migration.altered);
    }

    private void migrate(DeclaredSchema.Table table) {
        try {
            String present = presentSql("table", table.name());
            if (present == null) {
                execute(table.statement().sql());
                created.add(table.name());
                replica.adopt(connection, table.name());
                return;
            }
            List<String> statements = TableUpgrade.plan(connection, table, present);
            for (String statement : statements) {
                execute(statement);
            }
            if (!statements.isEmpty()) {
                altered.add(table.name());
            }
            if (isReplicated(table.name())) {
                replica.refresh(connection, table.name());
            } else {
                replica.adopt(connection, table.name());
            }
        } catch (SQLException e) {
            throw table.statement().refused(null, SqlErrors.reason(e), e);
        } catch (UnfitRowsException e) {
            throw table.statement().refused(null, String.valueOf(e.getMessage()), e);
        }
    }

    private boolean isReplicated(String table) {
        return ReplicatedTable.find(replica.tables(), table).isPresent();
    }

    private void migrate(DeclaredSchema.Other other) {
        SchemaStatement statement = other.statement();
        try {
            String present = presentSql(other.type(), other.name());
            if (present != null) {
                if (normal(present).equals(normal(statement.sql()))) {
                    return;
                }
                execute("DROP " + other.type() + " " + quote(other.name()));
            }
            execute(statement.sql());
        } catch (SQLException e) {
            throw statement.refused(null, SqlErrors.reason(e), e);
        }
    }

    private static String normal(String sql) {
        return TableBody.normalize(SqlTokenizer.tokenize(sql)).replaceFirst(" if not exists ", " ");
    }

    /** The statement that SQLite keeps; null if there is no such thing. */
    private @Nullable String presentSql(String type, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT name, sql FROM sqlite_schema WHERE type = ? AND name = ? COLLATE NOCASE")) {
            select.setString(1, type);
            select.setString(2, name);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                if (type.equals("table") && !row.getString(1).equals(name)) {
                    throw new SQLException("the table is called " + row.getString(1)
                            + " in the database; nodes tell tables apart by their exact names");
                }
                return Objects.requireNonNullElse(row.getString(2), "");
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void warnOfUndeclared(DeclaredSchema declared) {
        for (ReplicatedTable table : replica.tables()) {
            if (declared.tables().stream().noneMatch(one -> one.name().equals(table.name()))) {
                log.warn("the table {} is no longer declared; it stays as it is and is still replicated", table.name());
            }
        }
    }
}
