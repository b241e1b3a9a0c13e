package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.add;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Corrosion;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.SubscriptionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** Subscribers that come back after the node was not there. */
class DurableSubscriptionTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final SubscriptionOptions DURABLE = SubscriptionOptions.DEFAULT.durable();
    private static final Statement TITLES = Statement.of("SELECT id, title FROM todo WHERE done = 0");

    private final TestCluster cluster;
    private Corrosion node;

    DurableSubscriptionTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
        node = cluster.start("a");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void restart(Runnable meanwhile) {
        cluster.stop(node);
        meanwhile.run();
        node = cluster.start("a");
    }

    /** What somebody knows who has subscribed. */
    private static final class Known {
        final List<SubscriptionEvent> events = new CopyOnWriteArrayList<>();
        final Map<Long, Row> rows = new TreeMap<>();
        UUID subscription = new UUID(0, 0);
        long changeId;
        Disposable running = () -> {};

        private void receive(SubscriptionEvent event) {
            if (event instanceof Columns columns) {
                subscription = columns.subscription();
            } else if (event instanceof RowSnapshot row) {
                rows.put(row.rowId(), row.row());
            } else if (event instanceof EndOfQuery end) {
                changeId = end.changeId();
            } else if (event instanceof RowChange change) {
                assertThat(change.changeId()).isEqualTo(changeId + 1);
                changeId = change.changeId();
                Row before = change.type() == SubscriptionEvent.Type.DELETE
                        ? rows.remove(change.rowId())
                        : rows.put(change.rowId(), change.row());
                assertThat(before)
                        .isEqualTo(change.type() == SubscriptionEvent.Type.DELETE ? change.row() : change.old());
            }
            events.add(event);
        }

        void away() {
            running.dispose();
        }
    }

    private Known subscribe(Statement query) {
        Known known = new Known();
        known.running = node.subscribe(query, DURABLE).subscribe(known::receive, failure -> {});
        await(() -> assertThat(known.events).anyMatch(EndOfQuery.class::isInstance));
        return known;
    }

    private Known comeBack(Statement query, Known before) {
        Known known = new Known();
        known.changeId = before.changeId;
        known.rows.putAll(before.rows);
        known.running = node.subscribe(query, SubscriptionOptions.DEFAULT.from(before.subscription, before.changeId))
                .subscribe(known::receive, failure -> {
                    throw new AssertionError(failure);
                });
        await(() -> assertThat(known.rows.values()).containsExactlyInAnyOrderElementsOf(node.query(query)));
        return known;
    }

    private static void await(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await().atMost(SOON).untilAsserted(assertion);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, title FROM todo WHERE done = 0",
                "SELECT t.id, t.title, l.name FROM todo t LEFT JOIN label l ON l.todo_id = t.id",
                "SELECT title, count(*) FROM todo GROUP BY title",
                "SELECT id, title FROM todo ORDER BY title LIMIT 3"
            })
    void whatWasMissedIsToldAfterARestart(String sql) {
        Statement query = Statement.of(sql);
        for (int i = 0; i < 5; i++) {
            add(node, "before" + i);
        }
        Known known = subscribe(query);
        node.write(Statement.of("DELETE FROM todo WHERE id = 'before0'"));
        await(() -> assertThat(known.rows.values()).containsExactlyInAnyOrderElementsOf(node.query(query)));
        known.away();
        node.write(Statement.of("UPDATE todo SET title = 'another' WHERE id = 'before1'"));

        restart(() -> {});
        node.write(Statement.of("UPDATE todo SET title = 'a third' WHERE id = 'before2'"));
        Known again = comeBack(query, known);

        assertThat(again.subscription).isEqualTo(known.subscription);
        assertThat(again.changeId).isGreaterThan(known.changeId);
        add(node, "after");
        await(() -> assertThat(again.rows.values()).containsExactlyInAnyOrderElementsOf(node.query(query)));
    }

    @Test
    void aRowKeepsItsIdAndItsUpdateIsOne() {
        add(node, "1");
        add(node, "2");
        Known known = subscribe(TITLES);
        Map<Long, Row> before = Map.copyOf(known.rows);
        known.away();
        cluster.stop(node);
        node = cluster.start("a");
        node.write(Statement.of("UPDATE todo SET title = 'changed' WHERE id = '2'"));
        Known again = comeBack(TITLES, known);
        RowChange change = (RowChange) again.events.get(1);

        assertThat(again.events).hasSize(2);
        assertThat(change.type()).isEqualTo(SubscriptionEvent.Type.UPDATE);
        assertThat(before.get(change.rowId())).isEqualTo(change.old());
        assertThat(again.rows.keySet()).isEqualTo(before.keySet());
    }

    @Test
    void whatWasToldBeforeTheRestartIsToldAgainAsItWas() {
        Known known = subscribe(TITLES);
        assertThat(node.subscription(known.subscription)).contains(TITLES);
        Known gone = subscribe(TITLES);
        gone.away();
        for (int i = 0; i < 3; i++) {
            add(node, "t" + i);
            int changes = i + 1;
            await(() -> assertThat(known.changeId)
                    .isEqualTo((long) changes)); // writes that wait together would be one step
        }
        node.write(Statement.of("DELETE FROM todo WHERE id = 't1'"));
        await(() -> assertThat(known.changeId).isEqualTo(4));

        restart(() -> {});
        assertThat(node.subscription(known.subscription)).contains(TITLES);
        assertThat(node.subscription(new UUID(1, 2))).isEmpty();
        Known again = comeBack(TITLES, gone);

        List<SubscriptionEvent> told =
                known.events.stream().filter(RowChange.class::isInstance).toList();
        assertThat(again.events.stream().skip(1).toList()).isEqualTo(told);
    }

    @Test
    void whoSubscribesAnewAfterTheRestartSharesWithWhoComesBack() {
        add(node, "1");
        Known known = subscribe(TITLES);
        known.away();
        restart(() -> {});
        add(node, "2");
        Known fresh = subscribe(Statement.of("select ID,  title -- of those to do\n FROM todo WHERE done=0;"));
        Known again = comeBack(TITLES, known);

        assertThat(fresh.subscription).isEqualTo(known.subscription);
        assertThat(fresh.rows).isEqualTo(again.rows);
        assertThat(node.status().subscriptions()).hasSize(1);
    }

    @Test
    void whatWasNotDurableIsLostWithTheNode() {
        Known known = new Known();
        known.running = node.subscribe(TITLES).subscribe(known::receive, failure -> {});
        await(() -> assertThat(known.events).hasSize(2));
        restart(() -> {});
        expectLost(known);
        subscribe(Statement.of("SELECT id FROM todo")); // there is a journal now, without this one
        expectLost(known);
    }

    private void expectLost(Known known) {
        StepVerifier.create(
                        node.subscribe(TITLES, SubscriptionOptions.DEFAULT.from(known.subscription, known.changeId)))
                .expectError(SubscriptionLostException.class)
                .verify(SOON);
    }

    @Test
    void aDamagedJournalIsGivenUp() {
        Known known = subscribe(TITLES);
        Path journal = cluster.database("a").resolveSibling("corrosion.db-subscriptions");
        restart(() -> {
            try {
                Files.writeString(journal, "this is not a database, and was never one".repeat(100));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        expectLost(known);
        assertThat(subscribe(TITLES).subscription).isNotEqualTo(known.subscription);
    }

    @Test
    void theJournalOfAnotherIdentityIsNotOurs() throws IOException {
        Known known = subscribe(TITLES);
        known.away();
        restart(() -> {
            try { // a copy of the file is another node
                Path file = cluster.database("a");
                Path copy = file.resolveSibling("copy");
                Files.copy(file, copy);
                Files.delete(file);
                Files.move(copy, file);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        expectLost(known);
    }

    @Test
    void aFullJournalRefusesAnotherQueryAndSaysWhatToDo() {
        SubscriptionLimits small = SubscriptionLimits.builder().journalBytes(1).build();
        cluster.stop(node);
        node = cluster.start(cluster.options("a", TestCluster.SECRET).subscriptions(small));
        StepVerifier.create(node.subscribe(TITLES, DURABLE))
                .expectErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("raise that"))
                .verify(SOON);
    }
}
