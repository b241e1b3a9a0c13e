package dev.corrosion.node;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.Function;

/** Another program that writes to a node's file without the node: no trigger records what it does. */
final class Tampering {

    private Tampering() {}

    static void with(Path database, String... statements) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            for (String function : List.of("recording", "version", "ts")) {
                Function.create(connection, "__corrosion_" + function, new Zero(), 0, 0);
            }
            Function.create(connection, "__corrosion_seq", new Zero(), 2, 0);
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Zero extends Function {
        @Override
        protected void xFunc() throws SQLException {
            result(0);
        }
    }
}
