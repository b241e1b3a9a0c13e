package dev.corrosion.schema;

import static dev.corrosion.store.SqlNames.quote;

import dev.corrosion.store.SqlErrors;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets SQLite say, in an empty database in memory, what it would make of a statement. */
final class Scratch {

    private static final Logger log = LoggerFactory.getLogger(Scratch.class);

    private Scratch() {}

    /**
     * Whether the alterations can be done.
     *
     * @param present what makes the table and its indexes as they are
     */
    static boolean takes(List<String> present, Collection<String> alterations) throws SQLException {
        if (alterations.isEmpty()) {
            return true;
        }
        try (Connection scratch = open();
                Statement statement = scratch.createStatement()) {
            for (String sql : present) {
                statement.execute(sql);
            }
            try {
                for (String sql : alterations) {
                    statement.execute(sql);
                }
                return true;
            } catch (SQLException e) {
                log.debug("a table has to be rebuilt: {}", SqlErrors.reason(e));
                return false;
            }
        }
    }

    /**
     * What a row that was there before the column holds in it, as a literal.
     *
     * @param definition of the column, as in CREATE TABLE
     * @throws SQLException if that would not be the same on every node
     */
    static String defaultLiteral(String column, String definition) throws SQLException {
        try (Connection scratch = open();
                Statement statement = scratch.createStatement()) {
            statement.execute("CREATE TABLE scratch (\"\")");
            statement.execute("INSERT INTO scratch VALUES (0)");
            statement.execute("ALTER TABLE scratch ADD COLUMN " + definition);
            try (ResultSet row = statement.executeQuery("SELECT quote(" + quote(column) + ") FROM scratch")) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static Connection open() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite::memory:");
    }
}
