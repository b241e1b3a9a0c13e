package dev.corrosion.discovery;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Removes the rows of nodes that have been gone for long, which crashed or were never heard of again. Lookups do not
 * need it, they leave absent nodes out at once; it keeps the tables from growing for ever. What a node has registered for
 * others goes with it.
 *
 * <p>One node does it, the present one with the lowest id; two at a time would do no harm. For nodes whose instances are
 * {@link Standing#KEPT} it waits for hours, since it cannot know whether it or they are cut off, but it does remove them
 * before membership forgets that they are down. A node that was removed and lives registers again.
 */
public final class AbsentNodeReaper implements AutoCloseable {

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(30);

    /** Well before membership forgets who is down. */
    private static final Duration KEPT_REAP_AFTER = Duration.ofHours(6);

    private static final Logger log = LoggerFactory.getLogger(AbsentNodeReaper.class);

    private final Corrosion corrosion;
    private final Duration reapAfter;
    private final Clock clock;
    private final Map<String, Instant> absentSince = new HashMap<>();
    private final Disposable timer;

    /** Begins to look. {@code corrosion} stays open when this is closed. */
    public AbsentNodeReaper(Corrosion corrosion, Duration reapAfter, Clock clock) {
        this.corrosion = corrosion;
        this.reapAfter = reapAfter;
        this.clock = clock;
        this.timer = Flux.interval(CHECK_INTERVAL)
                .onBackpressureDrop()
                .publishOn(Schedulers.boundedElastic(), 1)
                .subscribe(tick -> checkAndLog());
    }

    @Override
    public void close() {
        timer.dispose();
    }

    /** Looks once; called by the timer. */
    synchronized void check() {
        NodeStandings nodes = NodeStandings.of(corrosion.query(Statement.of(NodeStandings.QUERY)));
        Set<String> absent = nodesWithRows();
        absent.removeIf(node -> isPresent(node, nodes));
        absentSince.keySet().retainAll(absent);
        Instant now = clock.instant();
        absent.forEach(node -> absentSince.putIfAbsent(node, now));
        if (isLowest(nodes)) {
            absentSince.forEach((node, since) -> {
                Duration patience = patience(nodes.of(node, null));
                if (!since.plus(patience).isAfter(now)) {
                    remove(node, patience);
                }
            });
        }
    }

    private boolean isPresent(String nodeId, NodeStandings nodes) {
        NodeStandings.Node node = nodes.byId().get(nodeId);
        return nodeId.equals(corrosion.actorId().toString())
                || (node != null && (node.standing() == Standing.UP || node.standing() == Standing.SUSPECT));
    }

    private Duration patience(Standing standing) {
        return standing == Standing.KEPT && reapAfter.compareTo(KEPT_REAP_AFTER) < 0 ? KEPT_REAP_AFTER : reapAfter;
    }

    private void remove(String node, Duration patience) {
        log.info("Removing node {} from the catalogue, it has been gone for {}", node, patience);
        corrosion.write(
                Statement.of(
                        "DELETE FROM checks WHERE node_id = ? OR instance_id IN"
                                + " (SELECT instance_id FROM services WHERE node_id = ?)",
                        node,
                        node),
                Statement.of("DELETE FROM services WHERE node_id = ?", node),
                Statement.of("DELETE FROM machines WHERE node_id = ?", node));
    }

    private void checkAndLog() {
        try {
            check();
        } catch (RuntimeException e) {
            log.warn("Cannot remove the rows of absent nodes at present; will try again", e);
        }
    }

    private Set<String> nodesWithRows() {
        return corrosion
                .query(
                        Statement.of(
                                "SELECT node_id FROM services UNION SELECT node_id FROM machines UNION SELECT node_id FROM checks"))
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private boolean isLowest(NodeStandings nodes) {
        String self = corrosion.actorId().toString();
        return nodes.byId().keySet().stream().noneMatch(id -> id.compareTo(self) < 0 && isPresent(id, nodes));
    }
}
