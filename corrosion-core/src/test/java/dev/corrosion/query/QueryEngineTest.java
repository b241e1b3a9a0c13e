package dev.corrosion.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.CorrosionException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryEngineTest {

    private final QueryEngine engine = new QueryEngine(1000);
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        for (String ddl : new String[] {
            "CREATE TABLE services (id TEXT NOT NULL PRIMARY KEY, service TEXT, node INTEGER, port INTEGER, note)",
            "CREATE INDEX services_service ON services (service)",
            "CREATE TABLE nodes (id INTEGER PRIMARY KEY, name TEXT, first INTEGER)",
            "CREATE TABLE heap (x)",
            "CREATE VIEW up AS SELECT id, service FROM services WHERE port > 0",
            "CREATE VIEW lucky AS SELECT random() AS n"
        }) {
            execute(ddl);
        }
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | SELECT * FROM services WHERE service = 'a'",
                "1 | SELECT s.id, upper(service) u FROM main.services AS s WHERE NOT port BETWEEN 1 AND 2 ORDER BY u DESC, 1",
                "1 | SELECT first FROM nodes -- the column, not the keyword",
                "2 | SELECT * FROM services s JOIN nodes n ON n.id = s.node",
                "2 | SELECT * FROM services s, nodes n LEFT JOIN nodes m ON m.id = s.node WHERE n.id = s.node AND m.id IS NULL",
                "2 | SELECT a.id FROM services a JOIN services b ON a.service = b.service AND a.id < b.id",
                "3 | SELECT service, count(*) FROM services GROUP BY service HAVING count(*) > 1 ORDER BY 2",
                "3 | SELECT n.name AS x, count(s.id), max(s.port) FROM nodes n LEFT JOIN services s ON s.node = n.id GROUP BY x",
                "4 | SELECT count(*) FROM services",
                "4 | SELECT service, port FROM services GROUP BY service",
                "4 | SELECT service, group_concat(id) FROM services GROUP BY service",
                "4 | SELECT DISTINCT service FROM services",
                "4 | SELECT * FROM services ORDER BY id LIMIT 3",
                "4 | SELECT * FROM up",
                "4 | SELECT * FROM heap",
                "4 | SELECT id FROM services WHERE node IN (SELECT id FROM nodes)",
                "4 | WITH q AS (SELECT 1) SELECT * FROM q",
                "4 | SELECT id FROM services UNION SELECT name FROM nodes",
                "4 | SELECT id, row_number() OVER (ORDER BY id) FROM services",
                "4 | SELECT * FROM services s RIGHT JOIN nodes n ON n.id = s.node",
                "4 | SELECT * FROM services NATURAL JOIN nodes",
                "4 | SELECT value FROM json_each('[1]')",
                "4 | VALUES (1), (2)",
            })
    void theTierIsTheLowestThatIsSurelyRight(int tier, String sql) throws SQLException {
        QueryAnalysis analysis = analyze(sql);

        assertThat(analysis.tier()).as("%s: %s", sql, analysis.reason()).isEqualTo(tier);
    }

    @Test
    void theTablesAndColumnsThatAreReadAreKnownThroughViews() throws SQLException {
        ReadSet readSet = analyze("SELECT count(*) FROM up WHERE service = 'a'").readSet();

        assertThat(readSet.columns()).isEqualTo(Map.of("services", Set.of("id", "service", "port")));
        assertThat(readSet.touchedBy(updated("services", "note"))).isFalse();
        assertThat(readSet.touchedBy(updated("services", "PORT"))).isTrue();
        assertThat(readSet.touchedBy(updated("nodes", "port"))).isFalse();
    }

    @Test
    void nothingIsKnownOfWhatAVirtualTableReads() throws SQLException {
        ReadSet readSet = analyze("SELECT value FROM json_each('[1]')").readSet();

        assertThat(readSet.touchedBy(updated("nodes", "name"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT id FROM services WHER id = 1 | line 1, column 30: near \"id\": syntax error",
                "SELECT id, nope FROM services | line 1, column 12: no such column: nope",
                "SELECT s.id, s.nope FROM services s | line 1, column 14: no such column: s.nope",
                "SELECT * FROM nowhere | line 1, column 15: no such table: nowhere",
                "SELECT 1; SELECT 2 | line 1, column 11: a second statement",
                "DELETE FROM services | line 1, column 1: DELETE is not a query",
                "WITH q AS (SELECT 1) DELETE FROM services | line 1, column 1: it changes data",
                "SELECT id FROM services WHERE ( | line 1, column 32: incomplete input",
                "SELECT id, random() FROM services | line 1, column 12: random gives another value",
                "SELECT * FROM services WHERE port < unixepoch('now') | line 1, column 37: unixepoch",
                "SELECT id, strftime('%s') FROM services | line 1, column 12: strftime",
                "SELECT current_timestamp | line 1, column 8: current_timestamp",
                "SELECT changes() | line 1, column 8: changes",
                "SELECT * FROM lucky | in a view that the query reads: random",
            })
    void whatCannotBeFollowedIsRefusedAndSaysWhere(String sql, String message) {
        assertThatThrownBy(() -> analyze(sql))
                .isInstanceOf(CorrosionException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT datetime(note, '+1 day') FROM services", "SELECT date('2026-01-01'), 'now'"})
    void functionsOfAGivenTimeAreFollowed(String sql) throws SQLException {
        assertThat(analyze(sql).columns()).isNotEmpty();
    }

    @Test
    void aParameterMayNotMeanThePresent() {
        assertThatThrownBy(() -> engine.evaluation(connection, dev.corrosion.Statement.of("SELECT datetime(?)", "now")))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("give the time itself");
    }

    @Test
    void anAnalysisIsSharedUntilTheSchemaChanges() throws SQLException {
        QueryAnalysis before = analyze("SELECT * FROM nodes");
        assertThat(analyze("SELECT * FROM nodes")).isSameAs(before);

        execute("ALTER TABLE nodes ADD COLUMN region TEXT");

        assertThat(analyze("SELECT * FROM nodes").columns()).contains("region");
    }

    private QueryAnalysis analyze(String sql) throws SQLException {
        return engine.analyze(connection, dev.corrosion.Statement.of(sql));
    }

    private static ChangedRows updated(String table, String column) {
        return new ChangedRows.Builder()
                .updated(table, List.of(1L), Set.of(column), null)
                .build();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
