package dev.corrosion.jdbc;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.DataSourceOptions;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real node without peers, unless it is given one. */
final class TestNode implements AutoCloseable {

    static final String SCHEMA =
            "CREATE TABLE todo (id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '', rank INTEGER);"
                    + "CREATE TABLE numbered (id INTEGER PRIMARY KEY, title TEXT CHECK (title <> 'bad'));"
                    + "CREATE TABLE marker (id INTEGER PRIMARY KEY, n INTEGER);";

    static final DataSourceOptions PATIENT = DataSourceOptions.defaults();

    final Corrosion corrosion;

    private TestNode(Corrosion corrosion) {
        this.corrosion = corrosion;
    }

    static TestNode open(Path directory, String... bootstrap) {
        return new TestNode(Corrosion.open(CorrosionOptions.builder()
                .database(directory.resolve("corrosion.db"))
                .host("127.0.0.1")
                .port(0)
                .syncInterval(Duration.ofMillis(500))
                .bootstrap(List.of(bootstrap))
                .schema(SCHEMA)
                .build()));
    }

    String address() {
        return "127.0.0.1:" + corrosion.status().address().getPort();
    }

    Connection connect() throws SQLException {
        return corrosion.dataSource().getConnection();
    }

    Connection connect(DataSourceOptions options) throws SQLException {
        return corrosion.dataSource(options).getConnection();
    }

    /** In a transaction. */
    Connection begin(DataSourceOptions options) throws SQLException {
        Connection connection = connect(options);
        connection.setAutoCommit(false);
        return connection;
    }

    Connection begin() throws SQLException {
        return begin(PATIENT);
    }

    static int execute(Connection connection, String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    static void add(Connection connection, String id) throws SQLException {
        execute(connection, "INSERT INTO todo (id, title) VALUES ('" + id + "', 'title of " + id + "')");
    }

    /** The first column. */
    static List<String> query(Connection connection, String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    static List<String> ids(Connection connection) throws SQLException {
        return query(connection, "SELECT id FROM todo ORDER BY id");
    }

    /** What is committed, not by way of JDBC. */
    List<String> committed() {
        return corrosion.query(Statement.of("SELECT id FROM todo ORDER BY id")).stream()
                .map((Row row) -> String.valueOf(row.get(0)))
                .toList();
    }

    /** How many versions this node has made: the next one tells, and is counted too. */
    long versions() {
        return corrosion
                .write(Statement.of(
                        "INSERT INTO marker (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = n + 1"))
                .version();
    }

    @Override
    public void close() {
        corrosion.close();
    }
}
