package dev.corrosion.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Statement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which written rows concern nobody, as far as that can be told without reading them. */
class WrittenRowRoutingTest {

    private final QueryEngine engine = new QueryEngine(1000);
    private final QueryRouter router = new QueryRouter(engine);
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        execute("CREATE TABLE s (id TEXT NOT NULL PRIMARY KEY, service TEXT, port INTEGER, note,"
                + " high AS (port > 1000))");
        execute("CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT)");
        execute("INSERT INTO s VALUES ('1', 'a', 80, ''), ('2', 'b', 80, '')");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void aNewRowConcernsThoseWhoAskForItsValues() throws SQLException {
        register("SELECT id, port FROM s WHERE service = 'a'");

        assertThat(mayConcern(came("3", "a", 80L))).isTrue();
        assertThat(mayConcern(came("3", "c", 80L))).isFalse();
    }

    @Test
    void aRowThatIsInAResultConcernsItWhateverItsValuesAreNow() throws SQLException {
        register("SELECT id, port FROM s WHERE service = 'a'");

        assertThat(mayConcern(came("1", "c", 80L))).isTrue();
        assertThat(mayConcern(gone("1"))).isTrue();
        assertThat(mayConcern(gone("2"))).isFalse();
        assertThat(mayConcern(updated("1", Map.of("port", 81L)))).isTrue();
        assertThat(mayConcern(updated("1", Map.of("note", "x")))).isFalse();
    }

    @Test
    void aChangeThatCannotMakeARowBelongToAResultConcernsNobody() throws SQLException {
        register("SELECT id, port FROM s WHERE service = 'a'");

        assertThat(mayConcern(updated("2", Map.of("port", 81L)))).isFalse();
        assertThat(mayConcern(updated("2", Map.of("service", "a")))).isTrue();
        assertThat(mayConcern(updated("2", Map.of("service", "c")))).isFalse();
    }

    @Test
    void aChangeOfAConditionConcernsThoseWhoseOtherConditionsAreNotKnown() throws SQLException {
        Evaluation high = register("SELECT id FROM s WHERE service = 'b' AND port > 100");

        assertThat(mayConcern(updated("2", Map.of("port", 101L)))).isTrue();
        assertThat(mayConcern(updated("2", Map.of("port", 101L, "service", "c"))))
                .isFalse();
        router.unregister(high);
        register("SELECT id FROM s WHERE service = 'b'");
        assertThat(mayConcern(updated("2", Map.of("port", 101L)))).isFalse();
    }

    @Test
    void aGeneratedColumnDependsOnAnyOther() throws SQLException {
        register("SELECT id FROM s WHERE service = 'b' AND high");

        assertThat(mayConcern(updated("2", Map.of("port", 2000L)))).isTrue();
    }

    @Test
    void aConditionOfAJoinCounts() throws SQLException {
        register("SELECT s.id FROM s JOIN n ON n.id = s.port WHERE s.service = 'b'");

        assertThat(mayConcern(updated("2", Map.of("port", 1L)))).isTrue();
        assertThat(mayConcern(updated("2", Map.of("note", "x")))).isFalse();
        assertThat(mayConcern(new WrittenRow("n", List.of(1L), null, Map.of("id", 1L, "name", "x"), false)))
                .isTrue();
    }

    @Test
    void queriesThatAreNotFoundByRowsAreConcernedByWhatTheyRead() throws SQLException {
        register("SELECT id FROM s WHERE port > 100");

        assertThat(mayConcern(updated("2", Map.of("port", 81L)))).isTrue();
        assertThat(mayConcern(updated("2", Map.of("note", "x")))).isFalse();
        assertThat(mayConcern(new WrittenRow("n", List.of(1L), null, Map.of(), false)))
                .isFalse();
    }

    private static WrittenRow came(String id, String service, long port) {
        return new WrittenRow("s", List.of(id), null, Map.of("id", id, "service", service, "port", port), false);
    }

    private static WrittenRow gone(String id) {
        return new WrittenRow("s", List.of(id), null, Map.of("id", id), true);
    }

    private static WrittenRow updated(String id, Map<String, Object> columns) {
        Map<String, @Nullable Object> values = new HashMap<>(columns);
        values.put("id", id);
        return new WrittenRow("s", List.of(id), Set.copyOf(columns.keySet()), values, false);
    }

    private boolean mayConcern(WrittenRow row) {
        ChangedRows.Builder changed = new ChangedRows.Builder();
        if (row.columns() == null) {
            changed.row(row.table(), row.key(), null);
        } else {
            changed.updated(row.table(), row.key(), row.columns(), null);
        }
        return router.mayConcern(List.of(row), changed.build());
    }

    private Evaluation register(String sql) throws SQLException {
        Evaluation evaluation = engine.evaluation(connection, Statement.of(sql));
        evaluation.start(connection);
        router.register(evaluation);
        return evaluation;
    }

    private void execute(String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
