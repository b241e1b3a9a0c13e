package dev.corrosion.jdbc;

import static dev.corrosion.jdbc.TestNode.add;
import static dev.corrosion.jdbc.TestNode.execute;
import static dev.corrosion.jdbc.TestNode.ids;
import static dev.corrosion.jdbc.TestNode.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

/** What JDBC promises, on a node of its own. */
class JdbcTest {

    static TestNode node;

    Connection connection;

    @BeforeAll
    static void open(@TempDir Path directory) {
        node = TestNode.open(directory);
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @BeforeEach
    void connect() throws SQLException {
        connection = node.connect();
        execute(connection, "DELETE FROM todo");
        execute(connection, "DELETE FROM numbered");
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void aWriteInAutocommitModeIsOneVersionAndSeenByTheNextRead() throws SQLException {
        long before = node.versions();
        add(connection, "a");

        assertThat(ids(connection)).containsExactly("a");
        assertThat(node.committed()).containsExactly("a");
        assertThat(node.versions()).isEqualTo(before + 2);
    }

    @Test
    void aTransactionIsOneVersionAndSeesItsOwnWrites() throws SQLException {
        long before = node.versions();
        connection.setAutoCommit(false);
        add(connection, "a");
        add(connection, "b");

        assertThat(ids(connection)).containsExactly("a", "b");
        assertThat(node.committed()).isEmpty();
        connection.commit();

        assertThat(node.committed()).containsExactly("a", "b");
        assertThat(node.versions()).isEqualTo(before + 2);
    }

    @Test
    void aRollbackLeavesNothingAndTheConnectionGoesOn() throws SQLException {
        long before = node.versions();
        connection.setAutoCommit(false);
        add(connection, "a");
        connection.rollback();
        assertThat(ids(connection)).isEmpty();
        connection.commit();
        assertThat(node.versions()).isEqualTo(before + 1);

        add(connection, "b");
        connection.setAutoCommit(true);
        assertThat(node.committed()).containsExactly("b");
    }

    @Test
    void closingRollsBackWhatIsOpen() throws SQLException {
        try (Connection other = node.begin()) {
            add(other, "a");
        }
        assertThat(node.committed()).isEmpty();
    }

    @Test
    void aPreparedStatementOutlivesItsTransactionsAndKeepsItsParameters() throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO todo (id, title) VALUES (?, ?)")) {
            insert.setString(2, "same");
            for (String id : List.of("a", "b")) {
                insert.setString(1, id);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                connection.commit();
            }
        }
        assertThat(query(connection, "SELECT title FROM todo")).containsExactly("same", "same");
    }

    @Test
    void whatAnInsertReturnsIsReadAndThenCommitted() throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO numbered (title) VALUES (?), (?) RETURNING id, title")) {
            insert.setString(1, "x");
            insert.setString(2, "y");
            try (ResultSet rows = insert.executeQuery()) {
                List<String> titles = new ArrayList<>();
                while (rows.next()) {
                    titles.add(rows.getString("title"));
                }
                assertThat(titles).containsExactly("x", "y");
                assertThat(query(node.connect(), "SELECT count(*) FROM numbered"))
                        .containsExactly("2");
            }
        }
        assertThat(execute(connection, "UPDATE numbered SET title = 'z' RETURNING id"))
                .isEqualTo(2);
        assertThat(query(connection, "SELECT DISTINCT title FROM numbered")).containsExactly("z");
    }

    @Test
    void generatedKeysAreThoseOfTheTableAndNotOfWhatIsRecordedBesides() throws SQLException {
        execute(connection, "INSERT INTO numbered (id, title) VALUES (41, 'before')");
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO numbered (title) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, "x");
            insert.executeUpdate();
            assertThat(keys(insert)).containsExactly(42L);

            for (String title : List.of("y", "z")) {
                insert.setString(1, title);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).containsExactly(1, 1);
            assertThat(keys(insert)).containsExactly(43L, 44L);
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO numbered (title) VALUES ('w')", new String[] {"id"})) {
            insert.executeUpdate();
            try (ResultSet key = insert.getGeneratedKeys()) {
                assertThat(key.next()).isTrue();
                assertThat(key.getLong("id")).isEqualTo(45);
            }
        }
        try (Statement insert = connection.createStatement()) {
            insert.executeUpdate("INSERT INTO numbered (title) VALUES ('v')");
            assertThat(keys(insert)).as("not asked for").isEmpty();
        }
    }

    private static List<Long> keys(Statement statement) throws SQLException {
        try (ResultSet rows = statement.getGeneratedKeys()) {
            List<Long> keys = new ArrayList<>();
            while (rows.next()) {
                keys.add(rows.getLong(1));
            }
            return keys;
        }
    }

    @Test
    void aBatchIsOneVersionAndTellsWhereItFailed() throws SQLException {
        long before = node.versions();
        try (Statement batch = connection.createStatement()) {
            batch.addBatch("INSERT INTO todo (id) VALUES ('a')");
            batch.addBatch("INSERT INTO todo (id) VALUES ('b'), ('c')");
            assertThat(batch.executeLargeBatch()).containsExactly(1, 2);
            assertThat(node.versions()).isEqualTo(before + 2);

            batch.addBatch("INSERT INTO todo (id) VALUES ('d')");
            batch.addBatch("INSERT INTO todo (id) VALUES ('a')");
            BatchUpdateException failure = catchThrowableOfType(BatchUpdateException.class, () -> batch.executeBatch());
            assertThat(failure.getUpdateCounts()).containsExactly(1);
            assertThat(failure.getSQLState()).isEqualTo("23505");
        }
        assertThat(ids(connection)).containsExactly("a", "b", "c");
    }

    @Test
    void streamsAndReadersArriveWholeEachTimeTheStatementRuns() throws SQLException {
        byte[] bytes = {0, 1, 2, (byte) 255};
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO todo (id, title) VALUES (?, ? || '-' || hex(?))")) {
            insert.setCharacterStream(2, new StringReader("gr\u00fc\u00df"));
            insert.setBinaryStream(3, new ByteArrayInputStream(bytes), 4);
            for (String id : List.of("a", "b")) {
                insert.setAsciiStream(1, new ByteArrayInputStream(id.getBytes(StandardCharsets.US_ASCII)));
                insert.executeUpdate();
            }
        }
        assertThat(query(connection, "SELECT title FROM todo")).containsOnly("gr\u00fc\u00df-000102FF");
    }

    @Test
    void savepointsTakeBackAPartOfATransaction() throws SQLException {
        connection.setAutoCommit(false);
        add(connection, "a");
        Savepoint first = connection.setSavepoint();
        add(connection, "b");
        Savepoint second = connection.setSavepoint("second");
        add(connection, "c");
        connection.rollback(second);
        connection.releaseSavepoint(second);
        assertThat(ids(connection)).containsExactly("a", "b");
        connection.rollback(first);
        connection.commit();

        assertThat(node.committed()).containsExactly("a");
        assertThatThrownBy(() -> connection.rollback(first)).hasMessageContaining("not of this transaction");
    }

    @Test
    void aStatementThatFailsDoesNotEndItsTransaction() throws SQLException {
        connection.setAutoCommit(false);
        add(connection, "a");
        assertThatThrownBy(() -> add(connection, "a")).isInstanceOf(SQLIntegrityConstraintViolationException.class);
        add(connection, "b");
        connection.commit();

        assertThat(node.committed()).containsExactly("a", "b");
    }

    @Test
    void whatSqliteRollsBackByItselfIsNotGoneOnWith() throws SQLException {
        connection.setAutoCommit(false);
        add(connection, "a");
        assertThatThrownBy(() -> execute(connection, "INSERT OR ROLLBACK INTO todo (id) VALUES ('a')"))
                .isInstanceOf(SQLIntegrityConstraintViolationException.class);

        assertThatThrownBy(() -> add(connection, "b")).hasMessageContaining("rolled back by SQLite");
        assertThatThrownBy(() -> connection.commit()).hasMessageContaining("rolled back by SQLite");
        add(connection, "c");
        connection.commit();
        assertThat(node.committed()).containsExactly("c");
    }

    @Test
    void failuresHaveTheClassesAndStatesThatFrameworksLookAt() throws SQLException {
        add(connection, "a");
        SQLException duplicate = failure("INSERT INTO todo (id) VALUES ('a')");
        assertThat(duplicate.getErrorCode()).as("SQLite's code").isEqualTo(19);
        assertThat(duplicate.getSQLState()).isEqualTo("23505");
        assertThat(duplicate.getMessage()).contains("todo.id");
        assertThat(failure("UPDATE todo SET title = NULL").getSQLState()).isEqualTo("23502");
        assertThat(failure("INSERT INTO numbered (title) VALUES ('bad')").getSQLState())
                .isEqualTo("23514");
        assertFails("INSERT INTO nowhere VALUES (1)", SQLSyntaxErrorException.class, "no such table");
        assertFails("INSERT INTO todo (nothing) VALUES (1)", SQLSyntaxErrorException.class, "nothing");
        assertFails("UPDATE todo SET", SQLSyntaxErrorException.class, "incomplete");
        assertFails("CREATE TABLE mine (id)", SQLFeatureNotSupportedException.class, "schema files");
        assertFails("COMMIT", SQLFeatureNotSupportedException.class, "setAutoCommit");
        assertFails("PRAGMA foreign_keys = ON", SQLFeatureNotSupportedException.class, "shared");
    }

    private SQLException failure(String sql) {
        return catchThrowableOfType(SQLException.class, () -> execute(connection, sql));
    }

    private void assertFails(String sql, Class<? extends SQLException> type, String message) {
        assertThatThrownBy(() -> execute(connection, sql)).isInstanceOf(type).hasMessageContaining(message);
    }

    @Test
    void nothingOfTheDriverIsHandedOut() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1")) {
            assertThat(statement.getConnection()).isSameAs(connection);
            assertThat(rows.getStatement()).isSameAs(statement);
            assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
        }
        assertThat(connection.isWrapperFor(SQLiteConnection.class)).isFalse();
        assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
        assertThatThrownBy(() -> connection.unwrap(SQLiteConnection.class)).isInstanceOf(SQLException.class);
        DataSource dataSource = node.corrosion.dataSource();
        assertThat(dataSource.unwrap(DataSource.class)).isSameAs(dataSource);
    }

    @Test
    void tellsOfTablesAndStatementsWithoutRunningThem() throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        assertThat(metaData.getDatabaseProductName()).isEqualTo("SQLite");
        try (ResultSet columns = metaData.getColumns(null, null, "numbered", "%")) {
            List<String> names = new ArrayList<>();
            while (columns.next()) {
                names.add(columns.getString("COLUMN_NAME"));
            }
            assertThat(names).containsExactly("id", "title");
        }
        try (ResultSet tables = metaData.getTables(null, null, "%", new String[] {"TABLE", "VIEW"})) {
            List<String> names = new ArrayList<>();
            while (tables.next()) {
                names.add(tables.getString("TABLE_NAME"));
            }
            assertThat(names).as("not those of the node").containsExactlyInAnyOrder("marker", "numbered", "todo");
        }
        assertThat(query(connection, "PRAGMA table_info(numbered)")).hasSize(2);
        try (PreparedStatement select = connection.prepareStatement("SELECT id, title FROM todo WHERE id = ?")) {
            assertThat(select.getMetaData().getColumnLabel(2)).isEqualTo("title");
            assertThat(select.getParameterMetaData().getParameterCount()).isEqualTo(1);
            select.setString(1, "none");
            try (ResultSet rows = select.executeQuery()) {
                assertThat(rows.getMetaData().getColumnCount()).isEqualTo(2);
                assertThat(rows.next()).isFalse();
            }
        }
    }

    @Test
    void whatIsClosedSaysSo() throws SQLException {
        add(connection, "a");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM todo");
        ResultSet again = statement.executeQuery("SELECT * FROM todo");
        assertThat(rows.isClosed()).isTrue();
        assertThatThrownBy(rows::next).hasMessageContaining("closed");
        assertThat(again.next()).isTrue();
        statement.close();
        assertThat(again.isClosed()).isTrue();
        assertThatThrownBy(() -> statement.executeQuery("SELECT 1")).hasMessageContaining("closed");

        connection.close();
        connection.close();
        assertThat(connection.isValid(1)).isFalse();
        assertThatThrownBy(() -> connection.createStatement()).hasMessageContaining("the connection is closed");
        assertThatThrownBy(() -> connection.commit()).hasMessageContaining("the connection is closed");
    }

    @Test
    void servesEveryIsolationAsTheStrictest() throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        assertThatThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_NONE))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void aReadOnlyConnectionRefusesToWriteAndLooksAtOneMoment() throws SQLException {
        connection.setReadOnly(true);
        assertThatThrownBy(() -> add(connection, "a")).hasMessageContaining("read-only");
        connection.setAutoCommit(false);
        assertThat(ids(connection)).isEmpty();
        try (Connection other = node.connect()) {
            add(other, "a");
        }
        assertThat(ids(connection)).as("the same moment").isEmpty();
        assertThatThrownBy(() -> add(connection, "b")).hasMessageContaining("read-only");
        assertThatThrownBy(() -> connection.setReadOnly(false)).hasMessageContaining("within a transaction");
        connection.commit();
        assertThat(ids(connection)).containsExactly("a");
        connection.rollback();
    }
}
