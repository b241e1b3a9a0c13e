package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.SubscriptionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * I5: on each node, the snapshot of a subscription with its changes is what the query gives; the ids of the changes are
 * contiguous. Looked at as the events come, and in full when the nodes agree, since then nothing is under way. One subscriber
 * of each machine is durable: it comes back to the next process, and to the same one when its journal could not be written.
 */
final class SubscriptionInvariant implements Invariant, Validation {

    private static final List<String> QUERIES = List.of(
            "SELECT id, owner, balance FROM account WHERE balance >= 2",
            "SELECT p.grp, p.token, a.owner FROM pair p LEFT JOIN account a ON a.id = p.grp WHERE p.part = 0",
            "SELECT balance, count(*) AS n FROM account GROUP BY balance",
            "SELECT name, weight, row_number() OVER (ORDER BY weight DESC, name) AS place FROM tag ORDER BY place LIMIT 5");

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final class Subscriber {
        final String query;
        final Map<Long, Row> rows = new TreeMap<>();
        UUID subscription = new UUID(0, 0);
        long changeId = -1;

        Subscriber(String query) {
            this.query = query;
        }
    }

    private final World world;
    private final Map<NodeRun, List<Subscriber>> subscribers = new HashMap<>();

    /** By actor, since what a node has told is not known to one with another identity. */
    private final Map<ActorId, Subscriber> durable = new HashMap<>();

    SubscriptionInvariant(World world) {
        this.world = world;
    }

    @Override
    public void started(NodeRun process) {
        List<Subscriber> mine = new ArrayList<>();
        for (String query : QUERIES) {
            Subscriber subscriber = new Subscriber(query);
            mine.add(subscriber);
            process.node()
                    .subscribe(query)
                    .subscribe(
                            event -> receive(process, subscriber, event),
                            failure -> world.violated(
                                    new AssertionError(process.machine() + ": " + query + " ended", failure)));
        }
        ActorId actor = process.node().actorId();
        Subscriber durably = durable.computeIfAbsent(
                actor,
                added -> new Subscriber(
                        QUERIES.get(Math.floorMod(added.value().getLeastSignificantBits(), QUERIES.size()))));
        mine.add(durably);
        subscribers.put(process, mine);
        subscribeDurably(process, durably);
    }

    private void subscribeDurably(NodeRun process, Subscriber subscriber) {
        if (subscriber.changeId < 0) {
            subscriber.rows.clear(); // of a snapshot that did not come to its end
        }
        SubscriptionOptions options = subscriber.changeId < 0
                ? SubscriptionOptions.DEFAULT.durable()
                : SubscriptionOptions.DEFAULT.from(subscriber.subscription, subscriber.changeId);
        process.node()
                .subscribe(Statement.of(subscriber.query), options)
                .subscribe(event -> receive(process, subscriber, event), failure -> {
                    if (failure instanceof SubscriptionLostException) {
                        world.violated(new AssertionError(
                                process.machine() + ": " + subscriber.query + " could not be come back to", failure));
                    }
                    process.schedule(PAUSE, () -> subscribeDurably(process, subscriber));
                });
    }

    private void receive(NodeRun process, Subscriber subscriber, SubscriptionEvent original) {
        SubscriptionEvent event = world.sabotage().event(process, original);
        if (event instanceof SubscriptionEvent.Columns columns) {
            subscriber.subscription = columns.subscription();
        } else if (event instanceof SubscriptionEvent.RowSnapshot row) {
            subscriber.rows.put(row.rowId(), row.row());
        } else if (event instanceof SubscriptionEvent.EndOfQuery end) {
            subscriber.changeId = end.changeId();
        } else if (event instanceof SubscriptionEvent.RowChange change) {
            if (change.changeId() != subscriber.changeId + 1) {
                world.violated(new AssertionError(process.machine() + ": change " + change.changeId() + " came after "
                        + subscriber.changeId + " of " + subscriber.query));
            }
            subscriber.changeId = change.changeId();
            Row before = change.type() == SubscriptionEvent.Type.DELETE
                    ? subscriber.rows.remove(change.rowId())
                    : subscriber.rows.put(change.rowId(), change.row());
            if ((before == null) != (change.type() == SubscriptionEvent.Type.INSERT)) {
                world.violated(new AssertionError(process.machine() + ": " + change + " of a row that was " + before));
            }
        }
    }

    @Override
    public void stopped(NodeRun process) {
        subscribers.remove(process);
    }

    @Override
    public void check(World world) {
        difference().ifPresent(difference -> {
            throw new AssertionError(difference);
        });
    }

    /** Whether every subscriber has been told all that there is. */
    boolean isLevel() {
        return difference().isEmpty();
    }

    private Optional<String> difference() {
        for (NodeRun process : world.running()) {
            for (Subscriber subscriber : subscribers.getOrDefault(process, List.of())) {
                List<String> shown = sorted(subscriber.rows.values());
                List<String> there = sorted(process.node().query(subscriber.query));
                if (!shown.equals(there)) {
                    return Optional.of(process.machine() + ": "
                            + (durable.containsValue(subscriber) ? "durably, " : "") + subscriber.query + " shows "
                            + shown + ", and a query " + there);
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> sorted(Iterable<Row> rows) {
        List<String> all = new ArrayList<>();
        rows.forEach(row -> all.add(row.toString()));
        all.sort(null);
        return all;
    }
}
