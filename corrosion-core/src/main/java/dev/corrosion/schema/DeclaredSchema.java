package dev.corrosion.schema;

import dev.corrosion.CorrosionOptions.SchemaSource;
import dev.corrosion.SchemaException;
import dev.corrosion.SchemaPlan.Kind;
import dev.corrosion.store.SqlErrors;
import dev.corrosion.store.SqlNames;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What the sources declare. SQLite itself reads them, in a database in memory that has nothing but {@link
 * ProvidedViews}; so whatever it accepts is understood as it understands it.
 */
record DeclaredSchema(List<Table> tables, List<Other> others) {

    /**
     * A declared table.
     *
     * @param sql as SQLite keeps it
     */
    record Table(String name, String sql, SchemaStatement statement, TableColumns columns, TableBody body) {}

    /**
     * A declared index, view or trigger.
     *
     * @param target the table or view that it belongs to; a view belongs to itself
     * @param sql as it is to be in the database
     */
    record Other(Kind kind, String name, String target, String sql, SchemaStatement statement) {

        boolean is(Kind otherKind, String otherName) {
            return kind == otherKind && name.equalsIgnoreCase(otherName);
        }
    }

    /** @throws SchemaException if SQLite does not take a statement, or a table cannot be replicated */
    static DeclaredSchema read(List<SchemaSource> sources) {
        try (Connection scratch = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            ProvidedViews.declare(scratch);
            DeclaredSchema schema = new DeclaredSchema(new ArrayList<>(), new ArrayList<>());
            for (SchemaSource source : sources) {
                for (SchemaStatement statement : SchemaStatement.split(source)) {
                    schema.declare(scratch, statement);
                }
            }
            for (Table table : schema.tables) {
                new ReplicationRules(scratch, schema, table).check();
            }
            for (Other other : schema.others) {
                schema.compile(scratch, other);
            }
            return schema;
        } catch (SQLException e) {
            throw new SchemaException("the schema could not be read: " + SqlErrors.reason(e), e);
        }
    }

    Optional<Table> table(String name) {
        return tables.stream()
                .filter(table -> table.name().equalsIgnoreCase(name))
                .findFirst();
    }

    Optional<Other> other(Kind kind, String name) {
        return others.stream().filter(other -> other.is(kind, name)).findFirst();
    }

    private void declare(Connection scratch, SchemaStatement statement) throws SQLException {
        String type = statement.creates();
        long before = lastObject(scratch);
        try (Statement run = scratch.createStatement()) {
            run.execute(statement.sql());
        } catch (SQLException e) {
            throw statement.refused(e);
        }
        try (PreparedStatement select = scratch.prepareStatement(
                "SELECT name, tbl_name, sql FROM sqlite_schema WHERE rowid > ? AND type = ? AND sql IS NOT NULL")) {
            select.setLong(1, before);
            select.setString(2, type);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw statement.refused("this declares nothing: it is declared already, or TEMP");
                }
                String name = Objects.requireNonNull(row.getString(1));
                ReplicationRules.checkName(statement, name);
                String target = Objects.requireNonNull(row.getString(2));
                add(scratch, type, name, target, Objects.requireNonNull(row.getString(3)), statement);
            }
        }
    }

    private static long lastObject(Connection scratch) throws SQLException {
        try (Statement statement = scratch.createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(max(rowid), 0) FROM sqlite_schema")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void add(Connection scratch, String type, String name, String target, String sql, SchemaStatement statement)
            throws SQLException {
        if (type.equals("table")) {
            tables.add(new Table(
                    name, sql, statement, TableColumns.read(scratch, name), TableBody.of(statement.tokens())));
            return;
        }
        Kind kind = Kind.valueOf(type.toUpperCase(Locale.ROOT));
        boolean onTable = kind == Kind.TRIGGER && table(target).isPresent();
        others.add(new Other(kind, name, target, onTable ? UserTrigger.of(sql).localOnly() : sql, statement));
    }

    /** SQLite looks into views and triggers only when they are used. */
    private void compile(Connection scratch, Other other) throws SQLException {
        if (other.kind() == Kind.INDEX) {
            return;
        }
        String sql = other.kind() == Kind.VIEW
                ? "SELECT * FROM " + SqlNames.quote(other.name()) + " LIMIT 0"
                : UserTrigger.of(other.sql()).firing(TableColumns.read(scratch, other.target()));
        try (Statement statement = scratch.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw other.statement().refused(e);
        }
    }
}
