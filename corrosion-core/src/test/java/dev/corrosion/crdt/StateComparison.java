package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares one site, step by step, with what the original had.
 *
 * <p>Where the vector leaves numbers open, it learns how the original's versions and seqs of this site correspond to
 * ours when they first appear, demands that the order is the same, and from then on demands exactly the corresponding
 * ones. Records of other sites keep the numbers that they were delivered with, so those are always compared exactly.
 */
final class StateComparison {

    private record Position(long version, long seq) {
        static Position of(Change change) {
            return new Position(change.dbVersion(), change.seq());
        }
    }

    private record Pair(Change expected, Change actual) {}

    private final ActorId self;
    private final Leniency leniency;
    private final Map<Position, Set<Position>> positions = new HashMap<>();
    private final Map<Long, Long> versions = new HashMap<>();

    /** Cells with a change of sign of a zero that is recorded here and was not by the original (rule D2). */
    private final Set<String> signs = new HashSet<>();

    private SiteState before = new SiteState(0, Map.of(), Map.of(), Map.of());
    private long actualBefore;
    private final List<String> differences = new ArrayList<>();

    StateComparison(ActorId self, Leniency leniency) {
        this.self = self;
        this.leniency = leniency;
    }

    /** A change as it would come back to this site: its own changes with the numbers that it gave them. */
    Change deliverable(Change recorded) {
        if (!recorded.site().equals(self) || !versionsDiffer()) {
            return recorded;
        }
        Set<Position> ours = positions.get(Position.of(recorded));
        Position position = ours == null
                ? new Position(versions.getOrDefault(recorded.dbVersion(), recorded.dbVersion()), recorded.seq())
                : List.copyOf(ours).get(ours.size() - 1);
        return new Change(
                recorded.table(),
                recorded.pk(),
                recorded.cid(),
                recorded.val(),
                recorded.colVersion(),
                position.version(),
                recorded.site(),
                recorded.cl(),
                position.seq(),
                recorded.ts());
    }

    private boolean versionsDiffer() {
        return leniency.versionGaps() || !signs.isEmpty();
    }

    /** Compares the state after a step; returns what differs, in words. */
    List<String> compare(SiteState expected, SiteState actual) {
        differences.clear();
        boolean signRecorded = actual.version() == actualBefore + 1 && noteSigns(expected, actual);
        compareTables(expected, actual);
        compareVersion(expected, actual, signRecorded);
        compareHeads(expected, actual);
        compareChanges(expected, actual);
        before = expected;
        actualBefore = actual.version();
        return List.copyOf(differences);
    }

    /**
     * Whether the step changed signs of zeros in the table only, which the original does not see as a change. Its table
     * then differs from the others' for good, so recording it, as rule D2 does, is right.
     */
    private boolean noteSigns(SiteState expected, SiteState actual) {
        boolean found = false;
        for (Map.Entry<String, Change> entry : expected.changes().entrySet()) {
            Change old = before.changes().get(entry.getKey());
            Change mine = actual.changes().get(entry.getKey());
            if (old != null
                    && mine != null
                    && isZero(old.val())
                    && isZero(entry.getValue().val())
                    && !Objects.equals(old.val(), entry.getValue().val())
                    && Vectors.show(withValue(old, entry.getValue().val())).equals(Vectors.show(entry.getValue()))
                    && mine.dbVersion() == actual.version()
                    && mine.site().equals(self)) {
                signs.add(entry.getKey());
                found = true;
            }
        }
        return found;
    }

    private static boolean isZero(@Nullable Object value) {
        return value instanceof Double real && real == 0;
    }

    private static Change withValue(Change c, @Nullable Object value) {
        return new Change(
                c.table(), c.pk(), c.cid(), value, c.colVersion(), c.dbVersion(), c.site(), c.cl(), c.seq(), c.ts());
    }

    private void compareTables(SiteState expected, SiteState actual) {
        differ("tables", expected.tables().keySet(), actual.tables().keySet());
        expected.tables().forEach((table, rows) -> {
            List<String> here = actual.tables().getOrDefault(table, List.of());
            if (!rows.equals(here)) {
                List<String> missing = new ArrayList<>(rows);
                here.forEach(missing::remove);
                List<String> more = new ArrayList<>(here);
                rows.forEach(more::remove);
                differ("rows of " + table, missing, more);
            }
        });
    }

    private void compareVersion(SiteState expected, SiteState actual, boolean signRecorded) {
        boolean advanced = expected.version() > before.version();
        boolean recorded = advanced
                && expected.changes().values().stream()
                        .anyMatch(c -> c.site().equals(self) && c.dbVersion() == expected.version());
        if (recorded) {
            versions.put(expected.version(), actual.version());
        }
        if (!versionsDiffer()) {
            differ("db_version", expected.version(), actual.version());
            return;
        }
        long step = actual.version() - actualBefore;
        boolean mayUseOneUp = (advanced && leniency.versionGaps()) || signRecorded;
        boolean right = recorded ? step == 1 : mayUseOneUp ? step == 0 || step == 1 : step == 0;
        if (!right) {
            differ(
                    "db_version",
                    (recorded ? "1" : mayUseOneUp ? "0 or 1" : "0") + " more than " + actualBefore,
                    actual.version());
        }
    }

    /** The own entry lags behind where the original forgot to store a version without changes (rule V5). */
    private void compareHeads(SiteState expected, SiteState actual) {
        Set<ActorId> actors = new TreeSet<>(expected.heads().keySet());
        actors.addAll(actual.heads().keySet());
        for (ActorId actor : actors) {
            if (!actor.equals(self) || !versionsDiffer()) {
                differ(
                        "db_versions of " + actor,
                        expected.heads().getOrDefault(actor, 0L),
                        actual.heads().getOrDefault(actor, 0L));
            }
        }
    }

    private void compareChanges(SiteState expected, SiteState actual) {
        Set<String> places = new TreeSet<>(expected.changes().keySet());
        places.addAll(actual.changes().keySet());
        List<Pair> made = new ArrayList<>();
        for (String place : places) {
            Change wanted = expected.changes().get(place);
            Change here = actual.changes().get(place);
            if (wanted == null || here == null) {
                differ(
                        "change",
                        wanted == null ? "none" : Vectors.show(wanted),
                        here == null ? "none" : Vectors.show(here));
                continue;
            }
            if (!sameContent(wanted, here)) {
                differ("change", Vectors.show(wanted), Vectors.show(here));
            }
            if (!leniency.equalWrites() && !signs.contains(place)) {
                comparePosition(wanted, here, expected.version(), actual.version(), made);
            }
        }
        compareOrder(made);
    }

    private boolean sameContent(Change wanted, Change here) {
        boolean same = Vectors.show(wanted.val()).equals(Vectors.show(here.val())) && wanted.cl() == here.cl();
        if (signs.contains(Vectors.place(wanted))) {
            return same;
        }
        same &= wanted.colVersion() == here.colVersion();
        return leniency.equalWrites()
                ? same
                : same && wanted.site().equals(here.site()) && wanted.ts().equals(here.ts());
    }

    private void comparePosition(
            Change wanted, Change here, long expectedVersion, long actualVersion, List<Pair> made) {
        if (!wanted.site().equals(self)
                || !(leniency.seqOrderOnly() || leniency.rowsInAnyOrder() || versionsDiffer())) {
            if (!Position.of(wanted).equals(Position.of(here))) {
                differ("change", Vectors.show(wanted), Vectors.show(here));
            }
            return;
        }
        boolean isNew = expectedVersion > before.version() && wanted.dbVersion() == expectedVersion;
        if (isNew) {
            long version = versionsDiffer() ? actualVersion : wanted.dbVersion();
            boolean seqIsOpen = leniency.seqOrderOnly() || leniency.rowsInAnyOrder();
            if (here.dbVersion() != version || (!seqIsOpen && here.seq() != wanted.seq())) {
                differ("change", Vectors.show(wanted), Vectors.show(here));
            }
            made.add(new Pair(wanted, here));
            positions
                    .computeIfAbsent(Position.of(wanted), p -> new LinkedHashSet<>())
                    .add(Position.of(here));
        } else if (!positions.getOrDefault(Position.of(wanted), Set.of()).contains(Position.of(here))) {
            differ("change", Vectors.show(wanted), Vectors.show(here));
        }
    }

    /** What one transaction recorded has the same order; if several rows may take turns, within each row. */
    private void compareOrder(List<Pair> made) {
        Map<String, List<Pair>> groups = new LinkedHashMap<>();
        for (Pair pair : made) {
            String place = Vectors.place(pair.expected());
            String group = leniency.rowsInAnyOrder()
                    ? place.substring(0, place.lastIndexOf(pair.expected().cid()))
                    : "";
            groups.computeIfAbsent(group, name -> new ArrayList<>()).add(pair);
        }
        for (List<Pair> group : groups.values()) {
            group.sort(Comparator.comparingLong(pair -> pair.expected().seq()));
            for (int i = 1; i < group.size(); i++) {
                if (group.get(i - 1).actual().seq() >= group.get(i).actual().seq()) {
                    differ(
                            "order of seq",
                            Vectors.place(group.get(i - 1).expected()) + " before "
                                    + Vectors.place(group.get(i).expected()),
                            Vectors.show(group.get(i - 1).actual()) + " and "
                                    + Vectors.show(group.get(i).actual()));
                }
            }
        }
    }

    private void differ(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            differences.add(what + "\n    expected " + expected + "\n    but was  " + actual);
        }
    }
}
