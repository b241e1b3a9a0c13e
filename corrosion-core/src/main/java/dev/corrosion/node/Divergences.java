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

    /** Rows have diverged. */
    void add(String table, ActorId peer, List<RowKey> keys, int repaired) {
        Where where = new Where(table, peer);
        Divergence now = new Divergence(
                clock.instant(),
                keys.size(),
                repaired,
                keys.stream().limit(MAX_KEYS).toList());
        forgetOld(now.at());
        Divergence before = found.get(where);
        boolean again = before != null && repaired < keys.size() && now.isSameAs(before);
        if (found.size() < MAX_KEPT || before != null) {
            found.put(where, before == null || again ? now : before.plus(now));
        }
        if (again) {
            log.debug("still so: {}", describe(where, now));
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
        String found = what.rows() + (what.rows() == 1 ? " row" : " rows") + " of the table " + where.table()
                + " differed from " + (what.rows() == 1 ? "that" : "those") + " of the node " + where.peer() + " at "
                + what.at() + ", although both had seen the same versions: " + keys
                + (what.rows() > what.keys().size() ? "; ..." : "") + ". ";
        String reason = " Something has changed one of the files without its node, or the node or its disk has made a"
                + " mistake: find out what else writes to the files, and if nothing does, report it";
        if (what.repaired() == what.rows()) {
            return found + "They were repaired: both nodes now have the larger of each cell. Look at whether that is"
                    + " what should be there, and write it if not." + reason;
        }
        return found + (what.rows() - what.repaired())
                + " could not be repaired, since no record says what is right: compare them on both nodes and write what"
                + " should be there, or start the node whose copy is wrong with an empty data directory." + reason;
    }
}
