package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.SECRET;
import static dev.corrosion.node.TestCluster.add;
import static dev.corrosion.node.TestCluster.awaitMembers;
import static dev.corrosion.node.TestCluster.awaitSame;
import static dev.corrosion.node.TestCluster.todos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies that differ although both nodes hold the same versions: found, located, repaired, and said. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@NullUnmarked // the nodes are started by each test
class VerifyTest {

    private final TestCluster cluster;
    private Corrosion a;
    private Corrosion b;

    VerifyTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void startTwo() {
        a = cluster.start("a");
        b = cluster.start("b");
        awaitMembers(a, 1);
        awaitMembers(b, 1);
    }

    private void startTwo(String schema) {
        a = cluster.start(cluster.withoutSchema("a", SECRET).schema(schema));
        b = cluster.start(cluster.withoutSchema("b", SECRET).schema(schema));
        awaitMembers(a, 1);
        awaitMembers(b, 1);
    }

    private void awaitEqualLedgers() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> a.status().versions().equals(b.status().versions()));
    }

    private static List<NodeStatus.Verification> verify(Corrosion asker, Corrosion other) {
        return ((CorrosionNode) asker)
                .verifier()
                .verify(other.actorId())
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static NodeStatus.Verification verify(Corrosion asker, Corrosion other, String table) {
        return verify(asker, other).stream()
                .filter(result -> result.table().equals(table))
                .findFirst()
                .orElseThrow();
    }

    private static long counter(Corrosion node, String name) {
        return node.status().counters().getOrDefault("corrosion.verify." + name, 0L);
    }

    private void tamperWithB(String... sql) {
        Tampering.with(cluster.database("b"), sql);
    }

    /** That the difference is found, from whichever side, and that both nodes end with these rows and say so. */
    private void assertFoundAndRepaired(Corrosion asker, Corrosion other, String table, String query, Object... rows) {
        NodeStatus.Verification found = verify(asker, other, table);
        assertThat(found.diverged()).isEqualTo(1);
        assertThat(found.repaired()).isEqualTo(1);
        for (Corrosion node : List.of(a, b)) {
            assertThat(node.query(Statement.of(query)).stream().map(row -> row.get(0)))
                    .containsExactly(rows);
            assertThat(node.status().warnings()).singleElement().asString().contains(table, "repaired");
            assertThat(counter(node, "rows.diverged")).isEqualTo(1);
            assertThat(counter(node, "rows.repaired")).isEqualTo(1);
        }
        NodeStatus.Verification again = verify(other, asker, table);
        assertThat(again.diverged()).isZero();
        assertThat(again.note()).isEmpty();
        assertThat(a.status().versions()).isEqualTo(b.status().versions());
    }

    @Test
    void equalNodesExchangeOneQuestionAndOneAnswer() {
        startTwo();
        for (int i = 0; i < 500; i++) {
            add(a, "a" + i);
        }
        a.write(Statement.of("DELETE FROM todo WHERE id = 'a7'"));
        b.write(Statement.of("INSERT INTO label VALUES ('a1', 'x')"));
        awaitEqualLedgers();

        assertThat(verify(a, b))
                .extracting(
                        NodeStatus.Verification::table, NodeStatus.Verification::rows, NodeStatus.Verification::note)
                .containsExactly(tuple("label", 1L, ""), tuple("todo", 500L, ""));
        assertThat(counter(a, "bytes")).isLessThan(150);
        assertThat(a.status().verifications()).hasSize(2);
        assertThat(a.status().warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRowThatWasChangedBehindItsNodeIsFoundAndBothTakeTheLarger(boolean byTheOther) {
        startTwo();
        add(a, "x");
        add(a, "y");
        awaitSame(a, b);
        awaitEqualLedgers();
        tamperWithB("UPDATE todo SET title = 'zz' WHERE id = 'x'");

        assertFoundAndRepaired(
                byTheOther ? a : b,
                byTheOther ? b : a,
                "todo",
                "SELECT title FROM todo ORDER BY id",
                "zz",
                "title of y");
    }

    @Test
    void aRowThatWasChangedToSomethingSmallerIsPutBack() {
        startTwo();
        add(a, "x");
        awaitEqualLedgers();
        tamperWithB("UPDATE todo SET title = 'a' WHERE id = 'x'");

        assertFoundAndRepaired(a, b, "todo", "SELECT title FROM todo", "title of x");
    }

    @Test
    void aRowThatWasDeletedBehindItsNodeComesBack() {
        startTwo();
        add(a, "x");
        awaitEqualLedgers();
        tamperWithB("DELETE FROM todo");

        assertFoundAndRepaired(b, a, "todo", "SELECT title FROM todo", "title of x");
    }

    @Test
    void aRowThatWasLostWithItsRecordComesBack() {
        startTwo();
        add(a, "x");
        a.write(Statement.of("UPDATE todo SET done = 1 WHERE id = 'x'"));
        awaitEqualLedgers();
        tamperWithB("DELETE FROM todo", "DELETE FROM __corrosion_1_row", "DELETE FROM __corrosion_1_cell");

        assertFoundAndRepaired(a, b, "todo", "SELECT done FROM todo", 1L);
    }

    @Test
    void aDeletedRowThatWasPutBackBehindItsNodeGoesAgain() {
        startTwo();
        add(a, "x");
        a.write(Statement.of("DELETE FROM todo"));
        awaitEqualLedgers();
        tamperWithB("INSERT INTO todo (id, title) VALUES ('x', 'back')");

        assertFoundAndRepaired(a, b, "todo", "SELECT title FROM todo");
    }

    @Test
    void aRecordThatSaysMoreWritesThanThereWereIsTaken() {
        startTwo();
        add(a, "x");
        awaitEqualLedgers();
        tamperWithB("UPDATE __corrosion_1_row SET cv = 7");

        assertFoundAndRepaired(a, b, "todo", "SELECT title FROM todo", "title of x");
        b.write(Statement.of("UPDATE todo SET title = 'new'"));
        awaitSame(a, b);
        assertThat(verify(a, b, "todo").diverged()).isZero();
    }

    @Test
    void aRecordOfAVersionThatItsNodeDoesNotHoldGivesWay() {
        startTwo();
        add(a, "x");
        awaitEqualLedgers();
        tamperWithB("UPDATE __corrosion_1_row SET version = 1000");

        assertFoundAndRepaired(a, b, "todo", "SELECT title FROM todo", "title of x");
    }

    @Test
    void aRecordThatContradictsItselfGivesWay() {
        startTwo();
        add(a, "x");
        awaitEqualLedgers();
        tamperWithB("UPDATE __corrosion_1_row SET cl = 2");

        assertFoundAndRepaired(b, a, "todo", "SELECT title FROM todo", "title of x");
    }

    @Test
    void aRowWithoutARecordIsReportedAndStays() {
        startTwo();
        add(a, "x");
        awaitEqualLedgers();
        tamperWithB("INSERT INTO todo (id, title) VALUES ('strange', 'row')");

        NodeStatus.Verification found = verify(a, b, "todo");

        assertThat(found.diverged()).isEqualTo(1);
        assertThat(found.repaired()).isZero();
        assertThat(todos(b)).hasSize(2);
        for (Corrosion node : List.of(a, b)) {
            assertThat(node.status().warnings())
                    .singleElement()
                    .asString()
                    .contains("strange", "could not be repaired");
        }
        tamperWithB("DELETE FROM todo WHERE id = 'strange'");
        verify(a, b);
        verify(b, a);
        assertThat(a.status().warnings()).isEmpty();
        assertThat(b.status().warnings()).isEmpty();
    }

    @Test
    void subscribersSeeWhatIsRepaired() {
        startTwo();
        add(a, "x");
        awaitEqualLedgers();
        tamperWithB("DELETE FROM todo");
        List<List<Row>> seen = Collections.synchronizedList(new ArrayList<>());
        b.live(Statement.of("SELECT id FROM todo")).subscribe(seen::add);
        await().until(() -> seen.size() == 1 && seen.get(0).isEmpty());

        verify(a, b);

        await().until(() -> seen.size() == 2 && seen.get(1).size() == 1);
    }

    @Test
    void threeRowsOfAHundredThousandAreLocatedWithFewBytes() {
        startTwo("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, n INTEGER)");
        a.write(Statement.of("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 100000)"
                + " INSERT INTO item SELECT i, 'item number ' || i, i * 7 FROM c"));
        awaitEqualLedgers();
        await().until(() ->
                b.query(Statement.of("SELECT 1 FROM item WHERE id = 100000")).size() == 1);
        long start = System.nanoTime();
        assertThat(verify(a, b, "item").rows()).isEqualTo(100_000);
        long equal = counter(a, "bytes");
        long equalMillis = (System.nanoTime() - start) / 1_000_000;
        tamperWithB(
                "UPDATE item SET n = -1 WHERE id = 777",
                "DELETE FROM item WHERE id = 50000",
                "UPDATE item SET name = 'zzz' WHERE id = 99999");

        NodeStatus.Verification found = verify(a, b, "item");

        assertThat(found.diverged()).isEqualTo(3);
        assertThat(found.repaired()).isEqualTo(3);
        long bytes = counter(a, "bytes") - equal;
        System.out.printf(
                "100 000 rows: %d bytes if equal (%d ms), %d bytes to find and repair 3%n", equal, equalMillis, bytes);
        assertThat(equal).isLessThan(3_000);
        assertThat(bytes).isLessThan(20_000);
        assertThat(b.query(Statement.of("SELECT n FROM item WHERE id IN (777, 50000)")))
                .extracting(row -> row.get(0))
                .containsExactly(777L * 7, 50_000L * 7);
        assertThat(a.query(Statement.of("SELECT name FROM item WHERE id = 99999")))
                .extracting(row -> row.get(0))
                .containsExactly("zzz");
    }

    @Test
    void aTableThatIsEmptyOnOneSideIsFilled() {
        startTwo();
        IntStream.range(0, 1000).forEach(i -> add(a, "t" + i));
        awaitEqualLedgers();
        tamperWithB("DELETE FROM todo", "DELETE FROM __corrosion_1_row", "DELETE FROM __corrosion_1_cell");

        NodeStatus.Verification found = verify(b, a, "todo");

        assertThat(found.diverged()).isEqualTo(1000);
        assertThat(found.repaired()).isEqualTo(1000);
        assertThat(todos(b)).isEqualTo(todos(a)).hasSize(1000);
    }

    @Test
    void writesOnTheirWayAreNoDivergence() throws Exception {
        startTwo();
        Corrosion c = cluster.start("c");
        awaitMembers(c, 2);
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService writers = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Corrosion node : List.of(a, b, c)) {
                running.add(writers.submit(() -> writeUntil(stop, node)));
            }
            for (int round = 0; round < 6; round++) {
                verify(a, b);
                verify(b, a);
                verify(a, c);
            }
            stop.set(true);
            for (Future<?> writer : running) {
                writer.get();
            }
        } finally {
            stop.set(true);
            writers.shutdown();
        }
        for (Corrosion node : List.of(a, b, c)) {
            assertThat(counter(node, "rows.diverged")).isZero();
            assertThat(node.status().warnings()).isEmpty();
        }
        assertThat(counter(a, "bytes") / counter(a, "rounds"))
                .as("bytes of a round, which must have met rows that differ")
                .isGreaterThan(1000);
        awaitEqualLedgers();
        long before = counter(a, "bytes");
        assertThat(verify(a, b, "todo").diverged()).isZero();
        assertThat(counter(a, "bytes") - before).isLessThan(150);
    }

    /** Rows that are hot on all nodes, and others that come and go. */
    private static void writeUntil(AtomicBoolean stop, Corrosion node) {
        Random random = new Random(node.actorId().hashCode());
        while (!stop.get()) {
            String id = "hot" + random.nextInt(40);
            String sql =
                    switch (random.nextInt(5)) {
                        case 0 -> "INSERT INTO todo (id, title) VALUES (?, 'new') ON CONFLICT DO NOTHING";
                        case 1 -> "DELETE FROM todo WHERE id = ?";
                        case 2 -> "UPDATE todo SET done = done + 1 WHERE id = ?";
                        case 3 -> "INSERT OR REPLACE INTO label VALUES (?, 'x')";
                        default -> "UPDATE todo SET title = 'title ' || abs(random() % 3) WHERE id = ?";
                    };
            node.write(Statement.of(sql, id));
        }
    }

    @Test
    void keysAndValuesOfAllTypesAreCompared() {
        startTwo("CREATE TABLE wide (a INTEGER NOT NULL, b TEXT NOT NULL, c BLOB NOT NULL, v, n NUMERIC, r REAL,"
                + " PRIMARY KEY (b, a, c)) WITHOUT ROWID");
        a.write(
                Statement.of(
                        "INSERT INTO wide VALUES (1, 'x', x'00ff', NULL, 1, 1.5), (1, 'x', x'00', -0.0, NULL, -0.0),"
                                + " (-5, '', x'', 1, 5.0, 5), (9223372036854775807, 'ü' || char(0) || '\uD83D\uDE00', 'text', x'01', '1e3', 0)"));
        a.write(Statement.of("UPDATE wide SET v = 'seven' WHERE a = -5"));
        awaitEqualLedgers();
        assertThat(verify(a, b, "wide").diverged()).isZero();
        assertThat(counter(a, "bytes")).isLessThan(150);

        tamperWithB(
                "UPDATE wide SET v = 0.0 WHERE c = x'00'",
                "UPDATE wide SET v = 0 WHERE c = x'00ff'",
                "UPDATE wide SET r = NULL WHERE a = -5",
                "DELETE FROM wide WHERE a > 5");
        NodeStatus.Verification found = verify(a, b, "wide");

        assertThat(found.diverged()).isEqualTo(4);
        assertThat(found.repaired()).isEqualTo(4);
        String all = "SELECT a, b, hex(c), typeof(v), hex(v), atan2(v, -1), n, r FROM wide ORDER BY 1, 2, 3";
        assertThat(a.query(Statement.of(all)).toString())
                .isEqualTo(b.query(Statement.of(all)).toString());
        assertThat(a.query(Statement.of("SELECT v FROM wide WHERE c = x'00'"))
                        .get(0)
                        .get(0))
                .isEqualTo(0.0); // larger than -0.0
        assertThat(b.query(Statement.of("SELECT r FROM wide WHERE a = -5"))
                        .get(0)
                        .get(0))
                .isEqualTo(5.0);
    }

    @Test
    void whatOnlyOneOfBothHasIsLeftOut() {
        String old = "CREATE TABLE item (id TEXT PRIMARY KEY, name TEXT, n INTEGER DEFAULT 1);"
                + "CREATE TABLE keyed (id TEXT PRIMARY KEY);";
        a = cluster.start(cluster.withoutSchema("a", SECRET).schema(old));
        b = cluster.start(cluster.withoutSchema("b", SECRET)
                .schema("CREATE TABLE item (id TEXT PRIMARY KEY, name TEXT, n INTEGER DEFAULT 2, more TEXT);"
                        + "CREATE TABLE keyed (id INTEGER PRIMARY KEY); CREATE TABLE extra (id TEXT PRIMARY KEY)"));
        awaitMembers(a, 1);
        awaitMembers(b, 1);
        a.write(Statement.of("INSERT INTO item VALUES ('x', 'from a', 1)"));
        b.write(Statement.of("INSERT INTO item VALUES ('y', 'from b', 2, 'more')"));
        b.write(Statement.of("INSERT INTO extra VALUES ('z')"));
        b.write(Statement.of("UPDATE item SET more = 'only here' WHERE id = 'x'"));
        awaitEqualLedgers();

        for (Corrosion asker : List.of(a, b)) {
            Corrosion other = asker == a ? b : a;
            assertThat(verify(asker, other, "item").note()).contains("[more, n]");
            assertThat(verify(asker, other, "item").diverged()).isZero();
            assertThat(verify(asker, other, "keyed").note()).contains("the key");
        }
        assertThat(verify(b, a, "extra").note()).contains("no such table");
        tamperWithB("UPDATE item SET name = 'zzz' WHERE id = 'x'");
        NodeStatus.Verification found = verify(a, b, "item");
        assertThat(found.diverged()).isEqualTo(1);
        assertThat(found.repaired()).isEqualTo(1);
        assertThat(a.query(Statement.of("SELECT name, n FROM item WHERE id = 'x'"))
                        .get(0)
                        .get(0))
                .isEqualTo("zzz");
    }

    @Test
    void collectedTombstonesAreNotMissed() {
        Duration retention = Duration.ofMillis(500);
        a = cluster.start(cluster.options("a", SECRET).tombstoneRetention(retention));
        b = cluster.start(cluster.options("b", SECRET).tombstoneRetention(retention));
        awaitMembers(a, 1);
        awaitMembers(b, 1);
        for (int i = 0; i < 20; i++) {
            add(a, "x" + i);
        }
        awaitEqualLedgers();
        b.write(Statement.of("DELETE FROM todo WHERE id < 'x5'"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> a.status().counters().getOrDefault("corrosion.tombstones.collected", 0L)
                                + b.status().counters().getOrDefault("corrosion.tombstones.collected", 0L)
                        > 0);
        await().ignoreExceptions().untilAsserted(() -> {
            assertThat(verify(a, b, "todo").note()).isEmpty();
            assertThat(verify(b, a, "todo").note()).isEmpty();
        });
        assertThat(counter(a, "rows.diverged") + counter(b, "rows.diverged")).isZero();
    }

    @Test
    void nodesCompareByThemselves() {
        Duration often = Duration.ofMillis(300);
        a = cluster.start(cluster.options("a", SECRET).verifyInterval(often));
        b = cluster.start(cluster.options("b", SECRET).verifyInterval(Duration.ZERO));
        awaitMembers(a, 1);
        add(a, "x");
        awaitSame(a, b);
        tamperWithB("UPDATE todo SET title = 'zzz'");

        await().until(() -> todos(a).get(0).get("title").equals("zzz"));
        assertThat(counter(b, "rounds")).isZero();
        await().until(() -> a.status().verifications().size() == 2);
    }
}
