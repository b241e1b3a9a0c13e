package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.AwaitTimeoutException;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.NodeStatus;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.SubscriptionLagException;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.TableUpdate;
import dev.corrosion.WriteResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** What subscribers of a node get, and what becomes of those that are slow, or come back. */
class SubscriptionTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Statement TITLES = Statement.of("SELECT id, title FROM todo WHERE done = 0");

    private final TestCluster cluster;
    private final Corrosion node;

    SubscriptionTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
        node = cluster.start("a");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static WriteResult addMany(Corrosion node, int rows, String prefix) {
        return node.write(Statement.of(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                        + " INSERT INTO todo SELECT ? || i, 'title', 0 FROM n",
                rows,
                prefix));
    }

    private List<SubscriptionEvent> collect(SubscriptionOptions options, List<Disposable> disposables) {
        List<SubscriptionEvent> events = new CopyOnWriteArrayList<>();
        disposables.add(node.subscribe(TITLES, options).subscribe(events::add, failure -> {
            throw new AssertionError(failure);
        }));
        return events;
    }

    private static void await(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await().atMost(SOON).untilAsserted(assertion);
    }

    @Test
    void aTransactionIsToldAsAWholeWithItsVersion() {
        List<Disposable> disposables = new ArrayList<>();
        List<SubscriptionEvent> events = collect(SubscriptionOptions.DEFAULT, disposables);
        await(() -> assertThat(events).hasSize(2));
        WriteResult written = addMany(node, 3, "t");
        await(() -> assertThat(events).hasSize(5));
        List<RowChange> changes =
                events.stream().skip(2).map(RowChange.class::cast).toList();
        assertThat(changes).extracting(RowChange::last).containsExactly(false, false, true);
        assertThat(changes).extracting(RowChange::changeId).containsExactly(1L, 2L, 3L);
        assertThat(changes).allSatisfy(change -> {
            assertThat(change.actor()).isEqualTo(written.actorId());
            assertThat(change.version()).isEqualTo(written.version());
        });
        disposables.forEach(Disposable::dispose);
    }

    @Test
    void equalQueriesShareOneEvaluation() {
        List<Disposable> disposables = new ArrayList<>();
        List<SubscriptionEvent> one = collect(SubscriptionOptions.DEFAULT, disposables);
        await(() -> assertThat(one).hasSize(2));
        add(node, "1");
        await(() -> assertThat(one).hasSize(3));
        List<SubscriptionEvent> other = collect(SubscriptionOptions.DEFAULT, disposables);
        await(() -> assertThat(other).hasSize(3));
        assertThat(((Columns) other.get(0)).subscription()).isEqualTo(((Columns) one.get(0)).subscription());
        assertThat(((RowSnapshot) other.get(1)).rowId()).isEqualTo(((RowChange) one.get(2)).rowId());
        assertThat(((EndOfQuery) other.get(2)).changeId()).isEqualTo(1);
        NodeStatus.Subscription shared = node.status().subscriptions().get(0);
        assertThat(node.status().subscriptions()).hasSize(1);
        assertThat(shared.subscribers()).isEqualTo(2);
        assertThat(shared.tier()).isEqualTo(1);
        disposables.forEach(Disposable::dispose);
    }

    @Test
    void whoComesBackGetsWhatWasMissed() {
        List<Disposable> disposables = new ArrayList<>();
        List<SubscriptionEvent> events = collect(SubscriptionOptions.DEFAULT, disposables);
        await(() -> assertThat(events).hasSize(2));
        addMany(node, 3, "t");
        await(() -> assertThat(events).hasSize(5));
        disposables.get(0).dispose();
        node.write(Statement.of("DELETE FROM todo WHERE id = 't1'"));

        UUID subscription = ((Columns) events.get(0)).subscription();
        List<SubscriptionEvent> again = collect(SubscriptionOptions.DEFAULT.from(subscription, 2), disposables);
        await(() -> assertThat(again).hasSize(3));
        assertThat(again.get(0)).isInstanceOf(Columns.class);
        assertThat(((RowChange) again.get(1)).changeId()).isEqualTo(3);
        assertThat(((RowChange) again.get(2)).type()).isEqualTo(SubscriptionEvent.Type.DELETE);
        disposables.get(1).dispose();
    }

    @Test
    void whoComesBackToWhatIsNotKeptIsToldSo() {
        List<Disposable> disposables = new ArrayList<>();
        List<SubscriptionEvent> events = collect(SubscriptionOptions.DEFAULT, disposables);
        await(() -> assertThat(events).hasSize(2));
        UUID subscription = ((Columns) events.get(0)).subscription();
        StepVerifier.create(node.subscribe(TITLES, SubscriptionOptions.DEFAULT.from(subscription, 7)))
                .expectError(SubscriptionLostException.class)
                .verify(SOON);
        StepVerifier.create(node.subscribe(TITLES, SubscriptionOptions.DEFAULT.from(new UUID(1, 1), 0)))
                .expectError(SubscriptionLostException.class)
                .verify(SOON);
        disposables.forEach(Disposable::dispose);
    }

    @Test
    void whoFallsTooFarBehindFailsAndDisturbsNobody() {
        List<Disposable> disposables = new ArrayList<>();
        List<SubscriptionEvent> fast = collect(SubscriptionOptions.DEFAULT, disposables);
        await(() -> assertThat(fast).hasSize(2));
        StepVerifier.create(node.subscribe(TITLES), 2)
                .expectNextCount(2)
                .then(() -> {
                    for (int i = 0; i < 4; i++) {
                        addMany(node, 6000, "t" + i + "-");
                        int told = 2 + 6000 * (i + 1); // writes that wait together would be one step, which is kept
                        await(() -> assertThat(fast.size()).isEqualTo(told));
                    }
                })
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(event -> event instanceof RowChange)
                .expectError(SubscriptionLagException.class)
                .verify(Duration.ofSeconds(60));
        disposables.forEach(Disposable::dispose);
    }

    @Test
    void whoFallsTooFarBehindMayHaveTheLatestOfEachRow() {
        List<Disposable> disposables = new ArrayList<>();
        List<SubscriptionEvent> fast = collect(SubscriptionOptions.DEFAULT, disposables);
        Map<Long, Row> told = new TreeMap<>();
        await(() -> assertThat(fast).hasSize(2));
        StepVerifier.create(node.subscribe(TITLES, SubscriptionOptions.DEFAULT.coalescing()), 2)
                .expectNextCount(2)
                .then(() -> {
                    addMany(node, 6000, "t");
                    for (int i = 0; i < 3; i++) {
                        int before = 2 + 6000 * (i + 1); // steps that wait together would be one
                        await(() -> assertThat(fast.size()).isEqualTo(before));
                        node.write(Statement.of("UPDATE todo SET title = ?", "title " + i));
                    }
                    await(() -> assertThat(fast.size()).isEqualTo(24_002));
                })
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(event -> ((RowChange) event).changeId() < 24_000, event -> tell(told, event))
                .assertNext(event -> tell(told, event))
                .thenCancel()
                .verify(Duration.ofSeconds(60));
        assertThat(told.values()).containsExactlyInAnyOrderElementsOf(node.query(TITLES));
        disposables.forEach(Disposable::dispose);
    }

    private static void tell(Map<Long, Row> told, SubscriptionEvent event) {
        RowChange change = (RowChange) event;
        told.put(change.rowId(), change.row());
    }

    @Test
    void ownWritesAreInTheSnapshotThatWaitsForThem() {
        WriteResult written = addMany(node, 1, "mine");
        SubscriptionOptions after =
                SubscriptionOptions.DEFAULT.after(written.actorId(), written.version(), Duration.ofSeconds(5));
        StepVerifier.create(node.subscribe(TITLES, after))
                .expectNextCount(1)
                .assertNext(event -> assertThat(event).isInstanceOf(RowSnapshot.class))
                .assertNext(event ->
                        assertThat(((EndOfQuery) event).versions()).containsEntry(written.actorId(), written.version()))
                .thenCancel()
                .verify(SOON);
        SubscriptionOptions never =
                SubscriptionOptions.DEFAULT.after(written.actorId(), written.version() + 1, Duration.ofMillis(50));
        StepVerifier.create(node.subscribe(TITLES, never))
                .expectError(AwaitTimeoutException.class)
                .verify(SOON);
    }

    @Test
    void updatesOfATableAreKeysOfRowsThatWereWritten() {
        List<TableUpdate> updates = new CopyOnWriteArrayList<>();
        Disposable subscription = node.updates("Todo").subscribe(updates::add);
        WriteResult written = addMany(node, 2, "t");
        await(() -> assertThat(updates)
                .containsExactly(
                        update(TableUpdate.Type.UPSERT, "t1", written),
                        update(TableUpdate.Type.UPSERT, "t2", written)));
        WriteResult changed = node.write(Statement.of("UPDATE todo SET title = 'x' WHERE id = 't2'"));
        WriteResult deleted = node.write(Statement.of("DELETE FROM todo WHERE id = 't1'"));
        await(() -> assertThat(updates)
                .endsWith(
                        update(TableUpdate.Type.UPSERT, "t2", changed),
                        update(TableUpdate.Type.DELETE, "t1", deleted)));
        subscription.dispose();
        StepVerifier.create(node.updates("nowhere"))
                .expectError(CorrosionException.class)
                .verify(SOON);
    }

    private static TableUpdate update(TableUpdate.Type type, String id, WriteResult by) {
        return new TableUpdate("todo", type, List.of(id), by.actorId(), by.version());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | SELECT id FROM todo WHERE done = 1",
                "2 | SELECT t.id, l.name FROM todo t LEFT JOIN label l ON l.todo_id = t.id",
                "3 | SELECT done, count(*) FROM todo GROUP BY done",
                "4 | SELECT DISTINCT title FROM todo"
            })
    void explainSaysHowAQueryIsFollowed(int tier, String sql) {
        assertThat(node.explain(Statement.of(sql)).tier()).isEqualTo(tier);
        assertThat(node.explain(Statement.of(sql)).tables()).contains("todo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id FROM todo WHERE random() > 0",
                "SELECT datetime('now'), id FROM todo",
                "SELECT id, CURRENT_TIMESTAMP FROM todo"
            })
    void whatDependsOnMoreThanTheRowsIsRefused(String sql) {
        StepVerifier.create(node.subscribe(Statement.of(sql)))
                .expectError(CorrosionException.class)
                .verify(SOON);
    }
}
