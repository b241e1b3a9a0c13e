package dev.corrosion.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueryRouterTest {

    private static final Cause FIRST = new Cause(new ActorId(new UUID(0, 1)), 1);
    private static final Cause SECOND = new Cause(new ActorId(new UUID(0, 1)), 2);

    private final QueryEngine engine = new QueryEngine(1000);
    private final QueryRouter router = new QueryRouter(engine);
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        execute("CREATE TABLE s (id TEXT NOT NULL PRIMARY KEY, service TEXT, port INTEGER, note)");
        execute("CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT)");
        execute("INSERT INTO s VALUES ('1', 'a', 80, ''), ('2', 'b', 80, '')");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void aChangedRowConcernsOnlyThoseThatAskForItsValuesOrHoldIt() throws SQLException {
        Evaluation a = start("SELECT id, port FROM s WHERE service = ?", "a");
        Evaluation b = start("SELECT id, port FROM s WHERE service IN ('b', 'c')");
        Evaluation d = start("SELECT id, port FROM s WHERE 'd' = service AND port = 80.0");
        Evaluation any = start("SELECT id FROM s WHERE port > 0");
        Evaluation join = start("SELECT s.id FROM s JOIN n ON n.id = s.port");

        execute("UPDATE s SET service = 'd' WHERE id = '1'");

        assertThat(routed(row("s", "1"))).containsExactlyInAnyOrder(a, d, any, join);
        assertThat(routed(row("n", 1L))).containsExactly(join);
        assertThat(a.rows()).isEmpty();
        assertThat(d.rows()).hasSize(1);
        assertThat(b.rows()).hasSize(1);
    }

    @Test
    void aRowThatLeftAResultConcernsItNoMore() throws SQLException {
        Evaluation a = start("SELECT id FROM s WHERE service = 'a'");

        execute("UPDATE s SET service = 'z' WHERE id = '1'");
        assertThat(routed(row("s", "1"))).containsExactly(a);

        assertThat(routed(row("s", "1"))).isEmpty();
    }

    @Test
    void joinsAndGroupsAreFoundByTheTableThatTheyRestrict() throws SQLException {
        String sql = "SELECT s.id, n.name FROM s LEFT JOIN n ON n.id = s.port WHERE s.service = ?";
        Evaluation a = start(sql, "a");
        Evaluation b = start(sql, "b");
        Evaluation ports = start("SELECT port, count(*) FROM s WHERE service = 'a' GROUP BY port");

        execute("UPDATE s SET service = 'b' WHERE id = '1'");

        assertThat(routed(row("s", "1"))).containsExactlyInAnyOrder(a, b, ports);
        assertThat(routed(row("s", "1"))).containsExactly(b);
        assertThat(routed(row("n", 80L))).containsExactlyInAnyOrder(a, b);
        assertThat(a.rows()).isEmpty();
        assertThat(b.rows()).hasSize(2);
        assertThat(ports.rows()).isEmpty();
    }

    @Test
    void rowsOfTwoTablesConcernAJoinTogether() throws SQLException {
        Evaluation join = start("SELECT s.id FROM s, n WHERE s.service = 'q' AND n.name = 'q' AND s.port = n.id");
        execute("INSERT INTO s VALUES ('3', 'q', 1, ''), ('4', 'q', 2, '')");
        execute("INSERT INTO n VALUES (1, 'q'), (2, 'q')");
        assertThat(routed(row("s", "3").then(row("n", 2L)))).containsExactly(join);
        assertThat(join.rows()).hasSize(2);
    }

    @Test
    void aColumnThatIsNotReadConcernsNobody() throws SQLException {
        start("SELECT id, port FROM s WHERE service = 'a'");
        start("SELECT count(*) FROM s");
        Evaluation all = start("SELECT * FROM s");

        assertThat(routed(new ChangedRows.Builder()
                        .updated("s", List.of("1"), Set.of("note"), FIRST)
                        .build()))
                .containsExactly(all);
    }

    @Test
    void aWholeTableConcernsAllWhoReadIt() throws SQLException {
        Evaluation a = start("SELECT id FROM s WHERE service = 'a'");
        Evaluation none = start("SELECT id FROM n WHERE name = 'a'");

        assertThat(routed(new ChangedRows.Builder().all("S", FIRST).build())).containsExactly(a);
        assertThat(routed(new ChangedRows.Builder().all("n", FIRST).build())).containsExactly(none);
    }

    @Test
    void whoIsUnregisteredHearsNothing() throws SQLException {
        Evaluation a = start("SELECT id FROM s WHERE service = 'a'");
        Evaluation all = start("SELECT id FROM s");

        router.unregister(a);
        router.unregister(all);

        assertThat(routed(row("s", "1"))).isEmpty();
        assertThat(router.size()).isZero();
    }

    @Test
    void aChangeTellsTheTransactionThatItComesFrom() throws SQLException {
        Evaluation join = start("SELECT s.id, n.name FROM s LEFT JOIN n ON n.id = s.port");
        execute("INSERT INTO n VALUES (80, 'x')");
        execute("DELETE FROM s WHERE id = '2'");

        List<ResultChange> changes = join.update(
                connection,
                new ChangedRows.Builder()
                        .row("n", List.of(80L), FIRST)
                        .build()
                        .then(new ChangedRows.Builder()
                                .row("s", List.of("2"), SECOND)
                                .build()));

        Row before = Row.of(List.of("id", "name"), "1", null);
        assertThat(changes)
                .extracting(ResultChange::type, ResultChange::row, ResultChange::cause)
                .containsExactlyInAnyOrder(
                        tuple(SubscriptionEvent.Type.DELETE, Row.of(List.of("id", "name"), "2", null), SECOND),
                        tuple(SubscriptionEvent.Type.DELETE, before, FIRST),
                        tuple(SubscriptionEvent.Type.INSERT, Row.of(List.of("id", "name"), "1", "x"), FIRST));
    }

    @Test
    void anEvaluationGoesOnAfterTheSchemaChanged() throws SQLException {
        Evaluation a = start("SELECT id, port FROM s WHERE service = 'a'");
        Evaluation star = start("SELECT * FROM n");
        long id = a.rows().get(0).id();

        execute("ALTER TABLE n ADD COLUMN region TEXT");
        execute("INSERT INTO s VALUES ('3', 'a', 1, '')");

        assertThat(router.route(connection, row("s", "3"))).hasSize(2);
        assertThat(a.update(connection, row("s", "3")))
                .extracting(ResultChange::type)
                .containsExactly(SubscriptionEvent.Type.INSERT);
        assertThat(a.rows()).extracting(ResultRow::id).contains(id);
        assertThatThrownBy(() -> star.update(connection, ChangedRows.NONE))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("subscribe again");
        router.unregister(star);
        execute("UPDATE s SET port = 2 WHERE id = '1'");
        assertThat(routed(row("s", "1"))).containsExactly(a);
        assertThat(a.rows()).extracting(row -> row.row().get("port")).contains(2L);
    }

    @Test
    void aResultThatIsTooLargeIsAnErrorAndChangesNothing() throws SQLException {
        Evaluation small = new QueryEngine(2).evaluation(connection, dev.corrosion.Statement.of("SELECT id FROM s"));
        small.start(connection);
        execute("INSERT INTO s VALUES ('3', 'c', 1, '')");

        assertThatThrownBy(() -> small.update(connection, row("s", "3")))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("more than 2 rows");
        assertThat(small.rows()).hasSize(2);

        execute("DELETE FROM s WHERE id = '1'");
        assertThat(small.update(connection, row("s", "3").then(row("s", "1")))).hasSize(2);
    }

    private Evaluation start(String sql, Object... parameters) throws SQLException {
        Evaluation evaluation = engine.evaluation(connection, dev.corrosion.Statement.of(sql, parameters));
        router.register(evaluation);
        evaluation.start(connection);
        return evaluation;
    }

    /** Whom changes are routed to; they are updated. */
    private List<Evaluation> routed(ChangedRows changed) throws SQLException {
        List<Routed> routed = router.route(connection, changed);
        for (Routed each : routed) {
            each.evaluation().update(connection, each.changed());
        }
        return routed.stream().map(Routed::evaluation).toList();
    }

    private static ChangedRows row(String table, Object key) {
        return new ChangedRows.Builder().row(table, List.of(key), FIRST).build();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
