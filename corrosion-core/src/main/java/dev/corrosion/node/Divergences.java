package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.RowKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found to have diverged, for people: the latest of each table and peer, for a day, or until the two are found to be the
 * same again if it could not be repaired. Each is logged once. Thread-safe.
 */
final class Divergences {

    private static final Logger log = LoggerFactory.getLogger(Divergences.class);

    /** How long one is shown. */
    static final Duration SHOWN = Duration.ofDays(1);

    /** What comes so soon after another belongs to it, and is counted and not logged again. */
    private static final Duration SERIES = Duration.ofSeconds(10);

    /** How many are kept; in a large cluster one wrong copy is found by many. */
    private static final int MAX_KEPT = 100;

    /** How many keys are named. */
    private static final int MAX_KEYS = 5;

    private record Where(String table, ActorId peer) {}

    private record Divergence(Instant at, long rows, long repaired, List<RowKey> keys) {

        boolean isSameAs(Divergence other) {
            return rows == other.rows && repaired == other.repaired && keys.equals(other.keys);
        }

        Divergence plus(Divergence more) {
            return new Divergence(more.at, rows + more.rows, repaired + more.repaired, more.keys);
        }
    }

    private final Clock clock;
    private final Map<Where, Divergence> found = new ConcurrentHashMap<>();

    Divergences(Clock clock) {
        this.clock = clock;
    }

    /**
     * Rows have diverged.
     *
     * @param rows how many
     * @param keys some of them
     */
    void add(String table, ActorId peer, long rows, long repaired, List<RowKey> keys) {
        Where where = new Where(table, peer);
        Divergence now = new Divergence(
                clock.instant(), rows, repaired, keys.stream().limit(MAX_KEYS).toList());
        forgetOld(now.at());
        Divergence before = found.get(where);
        boolean again = before != null && repaired < rows && now.isSameAs(before);
        boolean goesOn = before != null && before.at().plus(SERIES).isAfter(now.at());
        if (found.size() < MAX_KEPT || before != null) {
            found.put(where, before == null || again ? now : before.plus(now));
        }
        if (again || goesOn) {
            log.debug("{}", describe(where, now));
        } else {
            log.error("{}", describe(where, now));
        }
    }

    /** Nothing of the table differs from the peer's any more. */
    void settled(String table, ActorId peer) {
        found.computeIfPresent(
                new Where(table, peer), (where, known) -> known.repaired() < known.rows() ? null : known);
    }

    /** In words. */
    List<String> describe() {
        forgetOld(clock.instant());
        return found.entrySet().stream()
                .map(entry -> describe(entry.getKey(), entry.getValue()))
                .sorted()
                .toList();
    }

    private void forgetOld(Instant now) {
        found.values().removeIf(known -> known.at().isBefore(now.minus(SHOWN)));
    }

    private static String describe(Where where, Divergence what) {
        String keys = what.keys().stream().map(RowKey::describe).collect(Collectors.joining("; "));
        String found = "rows of the table " + where.table() + " differed from those of " + where.peer()
                + " although both nodes had seen the same versions: " + what.rows() + ", last at " + what.at()
                + " (keys "
                + keys + (what.rows() > what.keys().size() ? "; ..." : "") + "). ";
        String outcome = what.repaired() == what.rows()
                ? "They were repaired: both have the larger of each cell now. See whether that is what should be there."
                : (what.rows() - what.repaired())
                        + " could not be repaired, since no record says what is right: write what should be there on the"
                        + " node that has it, or start the node whose copy is wrong with an empty data directory.";
        return found + outcome + " Something has changed a file without its node, or a node or disk has made a mistake";
    }
}
