package dev.corrosion.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.store.Statements;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {

    private final QueryEngine engine = new QueryEngine(1000);
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT COLLATE NOCASE)");
        execute("INSERT INTO t VALUES (1, 'a', 'x'), (2, 'B', 'Y'), (3, NULL, 'y'), (4, 2, 'X'), (5, 10.5, NULL),"
                + " (6, x'00', 'z'), (7, '\uFF5E', ''), (8, '\uD83D\uDE00', ' ')");
        execute("CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER)");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a, id",
                "a DESC, id DESC",
                "a COLLATE NOCASE DESC NULLS FIRST, id",
                "b, id",
                "b COLLATE BINARY NULLS LAST, id",
                "2 COLLATE NOCASE, id",
                "c COLLATE NOCASE DESC, 1",
                "c, (1)",
                "lower(a) || 'x' NULLS LAST, id",
                "length(b) DESC, id",
            })
    void rowsAreInTheOrderThatTheQueryAsksFor(String order) throws SQLException {
        String sql = "SELECT id, a AS c, b FROM t ORDER BY " + order;
        Evaluation evaluation = start(sql);
        execute("UPDATE t SET a = 'A' WHERE id = 4");

        evaluation.update(connection, changed("t", 4));

        assertThat(evaluation.tier()).as(evaluation.reason()).isEqualTo(1);
        assertThat(evaluation.rows()).extracting(ResultRow::row).containsExactlyElementsOf(rerun(sql));
    }

    @Test
    void aRowWithoutPartnerComesAndGoesWithRowsThatDoNotShow() throws SQLException {
        Evaluation lonely = start("SELECT t.id FROM t LEFT JOIN u ON u.t = t.id WHERE u.id IS NULL AND t.id < 3");

        execute("INSERT INTO u VALUES (100, 1)");
        assertThat(lonely.update(connection, changed("u", 100)))
                .extracting(ResultChange::type)
                .containsExactly(SubscriptionEvent.Type.DELETE);

        execute("UPDATE u SET t = 2");
        assertThat(lonely.update(connection, changed("u", 100)))
                .extracting(ResultChange::type)
                .containsExactly(SubscriptionEvent.Type.DELETE, SubscriptionEvent.Type.INSERT);

        execute("DELETE FROM u");
        lonely.update(connection, changed("u", 100));
        assertThat(lonely.rows()).hasSize(2);
    }

    @Test
    void aGroupOfEqualButDifferentValuesIsLeftToSqlite() throws SQLException {
        String sql = "SELECT b, count(*) FROM t GROUP BY b";
        Evaluation groups = start(sql);
        assertThat(groups.analysis().tier()).isEqualTo(3);
        assertThat(groups.tier()).as("x and X are one group").isEqualTo(4);

        execute("DELETE FROM t WHERE id = 1");
        groups.update(connection, changed("t", 1));

        assertThat(groups.rows()).extracting(ResultRow::row).containsExactlyInAnyOrderElementsOf(rerun(sql));
    }

    @Test
    void manyChangesAreAskedForAsAWhole() throws SQLException {
        Evaluation all = start("SELECT id FROM t WHERE id > 8");
        ChangedRows.Builder changed = new ChangedRows.Builder();
        for (long id = 9; id < 900; id++) {
            execute("INSERT INTO t (id) VALUES (" + id + ")");
            changed.row("t", List.of(id), null);
        }

        assertThat(all.update(connection, changed.build())).hasSize(891);
        assertThat(all.update(connection, changed.build())).isEmpty();
    }

    private Evaluation start(String sql) throws SQLException {
        Evaluation evaluation = engine.evaluation(connection, dev.corrosion.Statement.of(sql));
        evaluation.start(connection);
        return evaluation;
    }

    private List<Row> rerun(String sql) throws SQLException {
        return Statements.query(connection, dev.corrosion.Statement.of(sql));
    }

    private static ChangedRows changed(String table, long key) {
        return new ChangedRows.Builder().row(table, List.of(key), null).build();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
