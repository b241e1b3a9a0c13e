package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

class LiveQueryTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final TestCluster cluster;
    private final Corrosion node;

    LiveQueryTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
        node = cluster.start("a");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void deliversColumnsThenRowsThenChanges() {
        add(node, "1");
        List<String> columns = List.of("id", "title");
        StepVerifier.create(node.subscribe(
                        Statement.of("SELECT id, title FROM todo WHERE done = :done", Map.of("done", 0))))
                .assertNext(event -> assertThat(((Columns) event).names()).isEqualTo(columns))
                .expectNext(new RowSnapshot(1, Row.of(columns, "1", "title of 1")))
                .expectNext(new EndOfQuery(0, Map.of(node.actorId(), 1L)))
                .then(() -> add(node, "2"))
                .expectNext(change(SubscriptionEvent.Type.INSERT, 2, Row.of(columns, "2", "title of 2"), null, 1, 2))
                .then(() -> node.write(Statement.of("UPDATE todo SET title = 'new' WHERE id = '1'")))
                .expectNext(change(
                        SubscriptionEvent.Type.UPDATE,
                        1,
                        Row.of(columns, "1", "new"),
                        Row.of(columns, "1", "title of 1"),
                        2,
                        3))
                .then(() -> node.write(Statement.of("UPDATE todo SET done = 1 WHERE id = '1'")))
                .expectNext(change(SubscriptionEvent.Type.DELETE, 1, Row.of(columns, "1", "new"), null, 3, 4))
                .thenCancel()
                .verify(SOON);
        Awaitility.await().until(() -> node.status().subscriptions().get(0).subscribers() == 0);
    }

    private RowChange change(
            SubscriptionEvent.Type type, long rowId, Row row, @Nullable Row old, long changeId, long version) {
        return new RowChange(type, rowId, row, old, changeId, node.actorId(), version, true);
    }

    @Test
    void keepsTheOrderOfTheQuery() {
        add(node, "b");
        StepVerifier.create(node.live(Statement.of("SELECT id FROM todo ORDER BY id LIMIT 2"))
                        .map(rows ->
                                rows.stream().map(row -> row.getString("id")).toList()))
                .expectNext(List.of("b"))
                .then(() -> add(node, "c"))
                .expectNext(List.of("b", "c"))
                .then(() -> add(node, "a"))
                .expectNext(List.of("a", "b"))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void aSlowSubscriberGetsFewerStepsButNoWrongOne() {
        StepVerifier.create(
                        node.live(Statement.of("SELECT count(*) AS n FROM todo"))
                                .map(rows -> rows.get(0).getLong("n")),
                        1)
                .expectNext(0L)
                .then(() -> {
                    for (int i = 0; i < 500; i++) {
                        add(node, "t" + i);
                    }
                })
                .thenRequest(1)
                .assertNext(n -> assertThat(n).isPositive())
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(n -> n < 500)
                .expectNext(500L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void whatIsNotAQueryIsRefused() {
        for (String sql : List.of("DELETE FROM todo", "SELECT * FROM nowhere", "SELECT", "SELECT 1; SELECT 2")) {
            StepVerifier.create(node.subscribe(Statement.of(sql)))
                    .expectError(CorrosionException.class)
                    .verify(SOON);
        }
        assertThat(node.status().subscriptions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT t.id, t.title, l.name FROM todo t JOIN label l ON l.todo_id = t.id",
                "SELECT t.id, l.name FROM todo t LEFT JOIN label l ON l.todo_id = t.id",
                "SELECT done, count(*) AS n, max(title) FROM todo GROUP BY done",
                "SELECT DISTINCT title FROM todo",
                "SELECT id FROM todo WHERE EXISTS (SELECT 1 FROM label WHERE todo_id = todo.id)",
                "SELECT id, title FROM todo ORDER BY title LIMIT 3",
                "SELECT id FROM todo UNION ALL SELECT todo_id FROM label",
                "WITH x AS (SELECT todo_id, count(*) AS n FROM label GROUP BY todo_id) SELECT * FROM x WHERE n > 1",
                "SELECT a.id, b.id AS other FROM todo a JOIN todo b ON a.title = b.title AND a.id < b.id",
                "SELECT id, row_number() OVER (ORDER BY title, id) AS place FROM todo",
                "SELECT 1 AS one"
            })
    void snapshotPlusChangesIsTheQuery(String sql) {
        Random random = new Random(sql.hashCode());
        Corrosion other = cluster.start("b");
        TestCluster.awaitMembers(node, 1);
        Map<Long, Row> replica = new ConcurrentHashMap<>();
        AtomicLong lastChange = new AtomicLong(-1);
        List<Throwable> errors = new ArrayList<>();
        Disposable subscription =
                node.subscribe(Statement.of(sql)).subscribe(event -> apply(event, replica, lastChange), errors::add);
        for (int step = 0; step < 60; step++) {
            (random.nextBoolean() ? node : other).write(randomWrite(random), randomWrite(random));
        }
        Awaitility.await()
                .atMost(SOON)
                .until(() -> node.status().versions().equals(other.status().versions()));
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(new ArrayList<>(replica.values()))
                .containsExactlyInAnyOrderElementsOf(node.query(Statement.of(sql))));
        assertThat(errors).isEmpty();
        subscription.dispose();
    }

    private static void apply(SubscriptionEvent event, Map<Long, Row> replica, AtomicLong lastChange) {
        if (event instanceof RowSnapshot row) {
            assertThat(replica.put(row.rowId(), row.row())).isNull();
        } else if (event instanceof EndOfQuery end) {
            lastChange.set(end.changeId());
        } else if (event instanceof RowChange change) {
            assertThat(change.changeId()).isEqualTo(lastChange.incrementAndGet());
            Row before = change.type() == SubscriptionEvent.Type.DELETE
                    ? replica.remove(change.rowId())
                    : replica.put(change.rowId(), change.row());
            if (change.type() == SubscriptionEvent.Type.INSERT) {
                assertThat(before).isNull();
            } else {
                assertThat(before)
                        .isEqualTo(change.type() == SubscriptionEvent.Type.DELETE ? change.row() : change.old());
            }
        }
    }

    private static Statement randomWrite(Random random) {
        String id = "t" + random.nextInt(8);
        return switch (random.nextInt(5)) {
            case 0 -> Statement.of("DELETE FROM todo WHERE id = ?", id);
            case 1 -> Statement.of("INSERT OR IGNORE INTO label VALUES (?, ?)", id, "l" + random.nextInt(3));
            case 2 -> Statement.of("DELETE FROM label WHERE todo_id = ? AND name = ?", id, "l" + random.nextInt(3));
            default ->
                Statement.of(
                        "INSERT INTO todo VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET title = excluded.title, done = excluded.done",
                        id,
                        "title " + random.nextInt(4),
                        random.nextInt(2));
        };
    }
}
