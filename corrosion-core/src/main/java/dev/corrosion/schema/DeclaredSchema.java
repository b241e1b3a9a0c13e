package dev.corrosion.schema;

import dev.corrosion.CorrosionOptions.SchemaSource;
import dev.corrosion.SchemaException;
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

/**
 * What the sources declare. SQLite itself reads them, in an empty database in memory; so whatever it accepts is
 * understood as it understands it.
 */
record DeclaredSchema(List<Table> tables, List<Other> others) {

    /** A declared table. */
    record Table(String name, SchemaStatement statement, TableColumns columns, TableBody body) {}

    /**
     * A declared index or view.
     *
     * @param type {@code index} or {@code view}
     */
    record Other(String type, String name, SchemaStatement statement) {}

    /** @throws SchemaException if SQLite does not take a statement, or a table cannot be replicated */
    static DeclaredSchema read(List<SchemaSource> sources) {
        try (Connection scratch = DriverManager.getConnection("jdbc:sqlite::memory:")) {
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
                schema.checkView(scratch, other);
            }
            return schema;
        } catch (SQLException e) {
            throw new SchemaException("the schema could not be read: " + SqlErrors.reason(e), e);
        }
    }

    private void declare(Connection scratch, SchemaStatement statement) throws SQLException {
        String type = statement.creates();
        long before = lastObject(scratch);
        try (Statement run = scratch.createStatement()) {
            run.execute(statement.sql());
        } catch (SQLException e) {
            throw statement.refused(null, SqlErrors.reason(e), e);
        }
        try (PreparedStatement select = scratch.prepareStatement(
                "SELECT name FROM sqlite_schema WHERE rowid > ? AND type = lower(?) AND sql IS NOT NULL")) {
            select.setLong(1, before);
            select.setString(2, type);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw statement.refused("this declares nothing: it is declared already, or TEMP");
                }
                add(scratch, type, row.getString(1), statement);
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

    private void add(Connection scratch, String type, String name, SchemaStatement statement) throws SQLException {
        if (type.equals("TABLE")) {
            tables.add(new Table(name, statement, TableColumns.read(scratch, name), TableBody.of(statement.tokens())));
        } else {
            others.add(new Other(type.equals("INDEX") ? "index" : "view", name, statement));
        }
    }

    /** SQLite looks into a view only when it is used. */
    private void checkView(Connection scratch, Other other) {
        if (!other.type().equals("view")) {
            return;
        }
        try (Statement statement = scratch.createStatement()) {
            statement.execute("SELECT * FROM " + SqlNames.quote(other.name()) + " LIMIT 0");
        } catch (SQLException e) {
            throw other.statement().refused(null, SqlErrors.reason(e), e);
        }
    }
}
