package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.Synchronous;
import dev.corrosion.WriteException;
import dev.corrosion.WriteResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalWriteTest {

    private static final int MANY = 200_000;

    private static final String NUMBERS =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i, 'title' FROM n";

    private final TestCluster cluster;

    LocalWriteTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static Statement insertMany(int rows) {
        return Statement.of("INSERT INTO todo (id, title) " + NUMBERS, rows);
    }

    private static long count(Corrosion node) {
        return node.query(Statement.of("SELECT count(*) AS n FROM todo")).get(0).getLong("n");
    }

    @Test
    void writesThatFailAreCountedAndThoseThatTheApplicationTakesBackAreNot() throws SQLException {
        Corrosion node = cluster.start("a");
        TestCluster.add(node, "1");
        assertThatThrownBy(() -> TestCluster.add(node, "1")).isInstanceOf(WriteException.class);
        assertThatThrownBy(() -> node.write(Statement.of("nonsense"))).isInstanceOf(WriteException.class);
        try (Connection connection = node.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().executeUpdate("INSERT INTO todo (id) VALUES ('2')");
            connection.rollback();
        }

        assertThat(node.status().counters())
                .containsEntry("corrosion.writes", 1L)
                .containsEntry("corrosion.writes.failed", 2L);
    }

    @Test
    void returnsTheRowsOfEachStatement() {
        Corrosion node = cluster.start("a");
        WriteResult result = node.write(
                Statement.of(
                        "INSERT INTO todo (id, title) VALUES (1, 'x'), (2, 'y') RETURNING id, upper(title) AS big"),
                Statement.of("UPDATE todo SET done = 1"),
                Statement.of("DELETE FROM todo WHERE id = 77 RETURNING id"));

        assertThat(result.rowsAffectedBy()).containsExactly(2L, 2L, 0L);
        assertThat(result.returned()).hasSize(3);
        assertThat(result.returned().get(0))
                .extracting(Row::asMap)
                .containsExactlyInAnyOrder(Map.of("id", "1", "big", "X"), Map.of("id", "2", "big", "Y"));
        assertThat(result.returned().subList(1, 3)).containsOnly(List.of());
    }

    @Test
    void writesNothingIfMoreRowsAreReturnedThanFit() {
        Corrosion node = cluster.start("a");
        assertThatThrownBy(() -> node.write(
                        Statement.of("INSERT INTO todo (id, title) VALUES ('one', 'x') RETURNING id"),
                        Statement.of("INSERT INTO todo (id, title) " + NUMBERS + " RETURNING id", 10_000)))
                .isInstanceOf(WriteException.class)
                .hasMessageContaining("more than 10000 rows")
                .hasMessageContaining("nothing was written");
        assertThat(count(node)).isZero();
    }

    @Test
    void concurrentWritersGetVersionsWithoutGapsThoughSomeOfThemFail() {
        Corrosion node = cluster.start(cluster.options("a", TestCluster.SECRET).synchronous(Synchronous.FULL));
        node.write(Statement.of("INSERT INTO todo (id, title) VALUES ('taken', 'x')"));
        List<CompletableFuture<List<Long>>> writers = IntStream.range(0, 8)
                .mapToObj(writer -> CompletableFuture.supplyAsync(
                        () -> IntStream.range(0, 100)
                                .mapToObj(i -> write(node, i % 3 == 0 ? "taken" : writer + "-" + i))
                                .filter(version -> version > 0)
                                .toList(),
                        task -> new Thread(task).start()))
                .toList();

        List<Long> versions = writers.stream()
                .flatMap(writer -> writer.join().stream())
                .sorted()
                .toList();

        assertThat(versions).hasSize(8 * 66);
        assertThat(versions)
                .isEqualTo(
                        LongStream.rangeClosed(2, versions.size() + 1).boxed().toList());
        assertThat(count(node)).isEqualTo(versions.size() + 1);
    }

    private static long write(Corrosion node, String id) {
        try {
            return node.write(Statement.of("INSERT INTO todo (id, title) VALUES (?, 'x')", id))
                    .version();
        } catch (WriteException e) {
            return 0;
        }
    }

    @Test
    void whatTakesLongerThanItsTimeoutIsUndone() {
        Corrosion node = cluster.start(cluster.options("a", TestCluster.SECRET)
                .writeTimeout(Duration.ofMillis(200))
                .queryTimeout(Duration.ofMillis(150)));
        assertThatThrownBy(() -> node.write(insertMany(Integer.MAX_VALUE)))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("not done within 200 ms");
        assertThatThrownBy(() -> node.query(Statement.of(
                        "SELECT count(*) FROM (" + NUMBERS.replace("?", String.valueOf(Integer.MAX_VALUE)) + ")")))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("not done within 150 ms");
        assertThat(node.write(insertMany(1)).version()).isEqualTo(1);
        assertThat(count(node)).isEqualTo(1);
    }

    @Test
    void oneTransactionMayHaveAnySize() {
        Corrosion node = cluster.start(cluster.options("a", TestCluster.SECRET).writeTimeout(Duration.ofMinutes(10)));

        assertThat(node.write(insertMany(MANY)).rowsAffected()).isEqualTo(MANY);

        assertThat(count(node)).isEqualTo(MANY);
    }
}
