package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.SECRET;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.todos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.WriteException;
import dev.corrosion.WriteRule;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tables that only some members may write to. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class WriteRuleTest {

    private static final ActorId SOMEBODY = new ActorId(new UUID(7, 7));

    private final TestCluster cluster;

    WriteRuleTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void aNodeThatMayNotWriteIsToldSoAndNothingRemains() throws SQLException {
        Corrosion node = start("a", SOMEBODY);

        assertThatThrownBy(() -> node.write(
                        Statement.of("INSERT INTO todo (id) VALUES ('1')"),
                        Statement.of("INSERT INTO label VALUES ('1', 'red')")))
                .isInstanceOf(WriteException.class)
                .hasMessageContaining("may not write to the table label")
                .hasMessageContaining("corrosion.security.write-rules");
        assertThat(todos(node)).isEmpty();
        try (var connection = node.dataSource().getConnection();
                var statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("INSERT INTO label VALUES ('1', 'red')"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("may not write to the table label");
        }
        TestCluster.add(node, "1");
        assertThat(todos(node)).hasSize(1);
    }

    @Test
    void whatAMemberWritesThatMayNotIsTakenByNobody() {
        Corrosion hostile = cluster.start("hostile"); // it has no rules
        Corrosion node = start("a", SOMEBODY);
        awaitMembers(node, 1);
        awaitMembers(hostile, 1);
        TestCluster.add(hostile, "0");
        await().until(() -> todos(node).size() == 1);

        label(hostile, "bad");
        TestCluster.add(hostile, "1");

        await().until(() -> todos(node).size() == 2);
        await().until(() -> refused(node) >= 2); // unasked, and when it is asked for
        assertThat(labels(node)).isEmpty();
        assertThat(node.status().versions()).hasEntrySatisfying(hostile.actorId(), held -> assertThat(held.gaps())
                .isNotEmpty());
    }

    @Test
    void aMemberThatMayNotWriteCannotBringItEither() {
        Corrosion writer = cluster.start("writer");
        Corrosion relay = cluster.start("relay");
        awaitMembers(relay, 1);
        label(writer, "good");
        TestCluster.add(writer, "1");
        await().until(() -> labels(relay).size() == 1);
        ActorId allowed = writer.actorId();
        Corrosion node = start("b", allowed);
        await().until(() -> labels(node).size() == 1 && todos(node).size() == 1);

        cluster.stop(writer);
        Corrosion late = start("c", allowed);
        await().until(() -> todos(late).size() == 1);
        await().until(() -> refused(late) > 0);
        assertThat(labels(late)).isEmpty();

        Corrosion again = cluster.start("writer");
        await().until(() -> labels(late).size() == 1);
        label(again, "better");
        await().until(() -> labels(late).size() == 2 && labels(node).size() == 2);
    }

    @Test
    void aRowIsNotRepairedByWhoMayNotWriteIt() {
        Corrosion writer = cluster.start("writer");
        TestCluster.add(writer, "1");
        Corrosion hostile = cluster.start("hostile");
        await().until(() -> todos(hostile).size() == 1);
        Corrosion node = start("b", "todo", writer.actorId());
        await().until(() -> todos(node).size() == 1);
        awaitMembers(node, 2);
        Tampering.with(cluster.database("hostile"), "UPDATE todo SET title = 'zzz'"); // the larger value wins

        verify(node, hostile);
        verify(hostile, node);

        assertThat(todos(node)).extracting(row -> row.get("title")).containsExactly("title of 1");
    }

    private static void verify(Corrosion node, Corrosion other) {
        ((CorrosionNode) node)
                .verifier()
                .verify(other.actorId())
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private Corrosion start(String name, ActorId writer) {
        return start(name, "LAB*", writer);
    }

    private Corrosion start(String name, String table, ActorId writer) {
        return cluster.start(cluster.options(name, SECRET)
                .verifyInterval(Duration.ZERO)
                .writeRules(List.of(new WriteRule(List.of(table), Set.of(writer), Set.of("labeller")))));
    }

    private static void label(Corrosion node, String name) {
        node.write(Statement.of("INSERT INTO label VALUES ('1', ?)", name));
    }

    private static List<Row> labels(Corrosion node) {
        return node.query(Statement.of("SELECT * FROM label"));
    }

    private static long refused(Corrosion node) {
        Map<String, Long> counters = node.status().counters();
        return counters.getOrDefault("corrosion.versions.refused", 0L);
    }
}
