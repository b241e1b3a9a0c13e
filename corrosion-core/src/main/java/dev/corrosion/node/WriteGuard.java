package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.WriteException;
import dev.corrosion.WriteRule;
import dev.corrosion.crdt.Change;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.transport.Credentials;
import dev.corrosion.transport.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds to the {@link WriteRule}s. What counts is who delivers: changes bear no proof of who made them, but a link does of who
 * is at its other end. So what is in a guarded table comes from those who may write there, directly. Thread-safe.
 */
final class WriteGuard {

    private static final Logger log = LoggerFactory.getLogger(WriteGuard.class);

    /** Between two reports about one peer and table. */
    static final Duration QUIET = Duration.ofMinutes(1);

    /** Peers and tables that are remembered for that. */
    private static final int MAX_REPORTED = 1000;

    /** Tables whose rules are remembered. */
    private static final int MAX_TABLES = 1000;

    private record Offence(ActorId peer, String table) {}

    private final List<WriteRule> rules;
    private final Map<String, List<WriteRule>> byTable = new ConcurrentHashMap<>();
    private final Supplier<Credentials> own;
    private final NodeCounters counters;
    private final LongSupplier nanoTime;

    /** When it was reported; guarded by itself. */
    private final Map<Offence, Long> reported = new LinkedHashMap<>();

    /** @param own what this node's certificate says */
    WriteGuard(List<WriteRule> rules, Supplier<Credentials> own, NodeCounters counters, LongSupplier nanoTime) {
        this.rules = List.copyOf(rules);
        this.own = own;
        this.counters = counters;
        this.nanoTime = nanoTime;
    }

    boolean mayWrite(Credentials who, String table) {
        if (rules.isEmpty()) {
            return true;
        }
        List<WriteRule> about = about(table);
        return about.isEmpty() || about.stream().anyMatch(rule -> allows(rule, who));
    }

    private List<WriteRule> about(String table) {
        List<WriteRule> known = byTable.get(table);
        if (known == null) {
            known = rules.stream().filter(rule -> rule.isAbout(table)).toList();
            if (byTable.size() < MAX_TABLES) { // peers name tables as they like
                byTable.put(table, known);
            }
        }
        return known;
    }

    private static boolean allows(WriteRule rule, Credentials who) {
        return (who.actor() != null && rule.nodes().contains(who.actor()))
                || who.tags().stream().anyMatch(rule.tags()::contains);
    }

    /** The same for all of some tables; empty if it may, else the first that it may not write to. */
    Optional<String> forbidden(Credentials who, Collection<String> tables) {
        return rules.isEmpty()
                ? Optional.empty()
                : tables.stream().filter(table -> !mayWrite(who, table)).findFirst();
    }

    /**
     * What may be taken of changes that a peer delivers: versions are taken as a whole or not at all.
     *
     * @return null if nothing is left
     */
    @Nullable Changes admitted(Peer from, Changes changes) {
        if (rules.isEmpty()) {
            return changes;
        }
        List<VersionPart> admitted = new ArrayList<>(changes.parts().size());
        for (VersionPart part : changes.parts()) {
            String table = forbidden(from.credentials(), part);
            if (table == null) {
                admitted.add(part);
            } else {
                refused(from, table, 1);
            }
        }
        if (admitted.size() == changes.parts().size()) {
            return changes;
        }
        return admitted.isEmpty() ? null : new Changes(admitted);
    }

    /** Whether a copy of all that a peer has of these tables may be taken. */
    boolean admitsCopy(Peer from, Collection<String> tables) {
        Optional<String> forbidden = forbidden(from.credentials(), tables);
        forbidden.ifPresent(table -> refused(from, table, 0));
        return forbidden.isEmpty();
    }

    private @Nullable String forbidden(Credentials who, VersionPart part) {
        String last = null;
        for (Change change : part.changes()) {
            if (!change.table().equals(last)) {
                last = change.table();
                if (!mayWrite(who, last)) {
                    return last;
                }
            }
        }
        return null;
    }

    /** A peer has shown something of a table that it may not write to; said once in a while. */
    void refused(Peer from, String table, int versions) {
        counters.versionsRefused.add(versions);
        Offence offence = new Offence(from.actorId(), table);
        long now = nanoTime.getAsLong();
        synchronized (reported) {
            Long before = reported.remove(offence);
            boolean quiet = before != null && now - before < QUIET.toNanos();
            reported.put(offence, quiet ? before : now);
            if (reported.size() > MAX_REPORTED) {
                reported.remove(reported.keySet().iterator().next());
            }
            if (quiet) {
                return;
            }
        }
        log.info(
                "{} at {} may not write to the table {}, so nothing of it is taken from there; members that may will be"
                        + " asked (corrosion.security.write-rules)",
                from.actorId().shortId(),
                from.address(),
                table);
    }

    /** @throws WriteException if this node itself may not write to one of them */
    void requireOwn(Collection<String> tables) {
        Optional<String> forbidden = rules.isEmpty() ? Optional.empty() : forbidden(own.get(), tables);
        if (forbidden.isPresent()) {
            throw new WriteException(
                    "this node may not write to the table " + forbidden.get()
                            + ": the write rules (corrosion.security.write-rules) allow it to others only -- nothing was"
                            + " written",
                    -1,
                    null);
        }
    }
}
