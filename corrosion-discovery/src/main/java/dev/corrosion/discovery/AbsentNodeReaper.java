package dev.corrosion.discovery;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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
 * <p>One node does it, the present one with the lowest id; two at a time would do no harm. A node that is alone waits
 * for hours, since it cannot know whether it or the others are cut off, but it does remove them before membership forgets
 * that they are down. A node that was removed and lives registers again.
 */
public final class AbsentNodeReaper implements AutoCloseable {

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(30);

    /** Well before membership forgets who is down. */
    private static final Duration ALONE_REAP_AFTER = Duration.ofHours(6);

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
        List<Member> members = corrosion.status().members();
        Set<String> present = members.stream()
                .filter(Member::isPresent)
                .map(member -> member.id().toString())
                .collect(Collectors.toSet());
        Set<String> absent = nodesWithRows();
        absent.removeAll(present);
        absent.remove(corrosion.actorId().toString());
        absentSince.keySet().retainAll(absent);
        Instant now = clock.instant();
        absent.forEach(node -> absentSince.putIfAbsent(node, now));
        if (!isLowest(present)) {
            return;
        }
        Duration patience =
                present.isEmpty() && reapAfter.compareTo(ALONE_REAP_AFTER) < 0 ? ALONE_REAP_AFTER : reapAfter;
        absentSince.forEach((node, since) -> {
            if (!since.plus(patience).isAfter(now)) {
                remove(node);
            }
        });
    }

    private void remove(String node) {
        log.info("Removing node {} from the catalogue, it has been gone for {}", node, reapAfter);
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

    private boolean isLowest(Set<String> present) {
        return present.stream().noneMatch(id -> id.compareTo(corrosion.actorId().toString()) < 0);
    }
}
