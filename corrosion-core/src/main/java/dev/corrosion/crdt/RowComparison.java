package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.RangeSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Two copies of one row: in what they differ, whether something on its way explains it, and what both should have. No
 * SQLite in it. The reasons are in docs/sync.md.
 */
public final class RowComparison {

    /** In place of a column: whether the row is there, and what its records say of that. */
    static final String EXISTENCE = "";

    /**
     * What differs: a column, or {@link #EXISTENCE}.
     *
     * @param mine what stands for it here
     * @param theirs what stands for it there
     */
    public record Difference(String column, Fingerprint mine, Fingerprint theirs) {}

    private RowComparison() {}

    /** In what two copies differ: in whether and in which life the row exists, or in cells. */
    public static Set<Difference> differences(String table, RowState mine, RowState theirs) {
        RowHash hash = new RowHash(table);
        Fingerprint here = hash.ofExistence(mine);
        Fingerprint there = hash.ofExistence(theirs);
        if (!here.equals(there)) {
            return Set.of(new Difference(EXISTENCE, here, there));
        }
        Set<Difference> differences = new HashSet<>();
        for (int i = 0; i < Math.min(mine.cells().size(), theirs.cells().size()); i++) {
            Fingerprint a = hash.of(mine, mine.cells().get(i));
            Fingerprint b = hash.of(theirs, theirs.cells().get(i));
            if (!a.equals(b)) {
                differences.add(new Difference(mine.cells().get(i).column(), a, b));
            }
        }
        return differences;
    }

    /**
     * Those of the differences that no version explains which one has and the other lacks. A record of a version that its
     * own node does not hold explains nothing.
     */
    public static Set<Difference> unexplained(Set<Difference> differences, RowView mine, RowView theirs) {
        return differences.stream()
                .filter(difference -> stamps(mine.row(), difference.column()).stream()
                                .noneMatch(stamp -> mine.holds(stamp) && !theirs.holds(stamp))
                        && stamps(theirs.row(), difference.column()).stream()
                                .noneMatch(stamp -> theirs.holds(stamp) && !mine.holds(stamp)))
                .collect(Collectors.toSet());
    }

    /**
     * Whether a version is known to exist that neither holds. It may have overwritten a part of one that both hold,
     * before one of them got it: then they differ until it comes.
     */
    public static boolean lackTheSame(Map<ActorId, ActorVersions> mine, Map<ActorId, ActorVersions> theirs) {
        Set<ActorId> actors = new HashSet<>(mine.keySet());
        actors.addAll(theirs.keySet());
        for (ActorId actor : actors) {
            ActorVersions here = mine.getOrDefault(actor, ActorVersions.NONE);
            ActorVersions there = theirs.getOrDefault(actor, ActorVersions.NONE);
            long head = Math.max(here.head(), there.head());
            if (!missing(here, head).intersect(missing(there, head)).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static RangeSet missing(ActorVersions versions, long head) {
        return head > versions.head() ? versions.gaps().plus(versions.head() + 1, head) : versions.gaps();
    }

    private static List<SiteStamp> stamps(RowState row, String column) {
        if (column.equals(EXISTENCE)) {
            return row.stamps();
        }
        List<SiteStamp> stamps = new ArrayList<>();
        for (RowState.Cell cell : row.cells()) {
            if (cell.column().equals(column) && cell.stamp() != null) {
                stamps.add(cell.stamp());
            }
        }
        return stamps;
    }

    /**
     * What the node that is {@code mine} should have of the row: the larger of both, by the rules of merging where they
     * decide; what contradicts itself gives way to what does not. A row that is there without any record stays, for no
     * record says that it was deleted. Nothing is taken that is of a version which is not held here.
     *
     * @param floor the highest causal length of a collected tombstone of the table: a row of which nothing is known here may
     *     have been deleted up to there, so it is not taken
     */
    public static RowState merged(RowView mine, RowView theirs, long floor) {
        RowState here = mine.row();
        RowState there = theirs.row();
        if (there.cl() == 0 || !theirs.isSound()) {
            return here;
        }
        boolean nothingHere = here.cl() == 0 && !here.present();
        if (nothingHere && there.lives() && there.cl() <= floor) {
            return here;
        }
        if (there.cl() > here.cl()
                || !mine.hasSoundRecord()
                || (here.present() != here.lives() && there.cl() == here.cl())) {
            boolean known = there.stamps().stream().allMatch(stamp -> mine.holds(stamp) && theirs.holds(stamp));
            return known ? taken(here, there) : here;
        }
        if (there.cl() < here.cl()) {
            return here;
        }
        return here.lives() ? mergedCells(mine, theirs) : laterTombstone(here, there);
    }

    private static RowState taken(RowState here, RowState there) {
        if (there.cl() != here.cl() || !there.lives()) {
            return there;
        }
        List<RowState.Cell> cells = new ArrayList<>();
        for (int i = 0; i < there.cells().size(); i++) {
            RowState.Cell cell = there.cells().get(i);
            SiteStamp stamp = cell.stamp() == null ? here.cells().get(i).stamp() : cell.stamp();
            cells.add(new RowState.Cell(cell.column(), stamp, cell.value()));
        }
        SiteStamp sentinel = here.sentinel() == null || !here.regular() ? there.sentinel() : here.sentinel();
        return new RowState(there.key(), there.cl(), true, true, sentinel, cells);
    }

    private static RowState laterTombstone(RowState here, RowState there) {
        return compareOrigins(there.sentinel(), here.sentinel()) > 0 ? there : here;
    }

    private static RowState mergedCells(RowView mine, RowView theirs) {
        RowState here = mine.row();
        List<RowState.Cell> cells = new ArrayList<>();
        for (int i = 0; i < here.cells().size(); i++) {
            RowState.Cell own = here.cells().get(i);
            RowState.Cell other = theirs.row().cells().get(i);
            boolean usable = other.stamp() == null || (theirs.holds(other.stamp()) && mine.holds(other.stamp()));
            boolean unusable = own.stamp() != null && !mine.holds(own.stamp());
            cells.add(usable && (unusable || compare(other, own) > 0) ? other : own);
        }
        return new RowState(here.key(), here.cl(), true, here.regular(), here.sentinel(), cells);
    }

    /** The order of merging, made total: the version decides where the same actor wrote the same value as often. */
    private static int compare(RowState.Cell a, RowState.Cell b) {
        long written = a.stamp() == null ? -1 : a.stamp().colVersion();
        long other = b.stamp() == null ? -1 : b.stamp().colVersion();
        if (written != other) {
            return Long.compare(written, other);
        }
        int order = ValueOrder.compare(a.value(), b.value());
        return order != 0 ? order : compareOrigins(a.stamp(), b.stamp());
    }

    private static int compareOrigins(@Nullable SiteStamp a, @Nullable SiteStamp b) {
        if (a == null || b == null) {
            return Boolean.compare(a != null, b != null);
        }
        int order = a.site().compareTo(b.site());
        order = order != 0 ? order : Long.compare(a.version(), b.version());
        return order != 0 ? order : Long.compare(a.seq(), b.seq());
    }
}
