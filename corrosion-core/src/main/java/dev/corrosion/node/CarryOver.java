package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.ChangePage;
import dev.corrosion.crdt.ChangeReader;
import dev.corrosion.crdt.LocalTransaction;
import dev.corrosion.crdt.MergeException;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.crdt.RowLookup;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.ledger.VersionRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what a node holds and a copy of a peer's database lacks into that copy.
 *
 * <p>A node that has missed no deletion brings every version as it is. One that may have missed some brings its own
 * versions only, and of these what cannot undo a deletion: changes of rows that the copy knows are merged, which decides
 * by their causal lengths; rows that were born in these versions are recorded anew, above the floors, as one transaction
 * of this node. Changes of older rows that the copy does not know are left out: they were deleted.
 */
final class CarryOver {

    private static final Logger log = LoggerFactory.getLogger(CarryOver.class);

    private static final int PAGE_BYTES = 1 << 20;

    private final Connection live;
    private final List<ReplicatedTable> tables;
    private final ActorId self;
    private final OfflineCopy copy;
    private final Set<Row> born = new LinkedHashSet<>();
    private long leftOut;

    private record Row(ReplicatedTable table, PackedPk pk) {}

    /** A packed key that can be compared. */
    private record PackedPk(String hex) {
        static PackedPk of(byte[] pk) {
            return new PackedPk(HexFormat.of().formatHex(pk));
        }

        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }
    }

    /**
     * What was done.
     *
     * @param leftOut rows, or changes that did not fit, that were not brought
     * @param recorded the version as which rows were recorded anew, 0 if there are none
     */
    record Result(long leftOut, long recorded) {}

    /** @param live a connection on which the node's database can be read */
    CarryOver(Connection live, List<ReplicatedTable> tables, ActorId self, OfflineCopy copy) {
        this.live = live;
        this.tables = tables;
        this.self = self;
        this.copy = copy;
    }

    /** All that is here and not there; inside a transaction of the copy. */
    void all(Connection connection, Map<ActorId, ActorVersions> here) throws SQLException {
        Ledger.Update update = copy.ledger().update();
        for (Map.Entry<ActorId, ActorVersions> mine : here.entrySet()) {
            ActorId actor = mine.getKey();
            boolean own = actor.equals(self);
            RangeSet lacking = mine.getValue().missingAt(own ? copy.own() : update.of(actor));
            for (VersionRange range : lacking.ranges()) {
                RangeSet brought = eachVersion(actor, range, changes -> merge(connection, changes));
                if (!own) {
                    brought.ranges().forEach(done -> update.applied(actor, done.first(), done.last()));
                }
            }
        }
        update.store(connection);
        update.publish();
    }

    /** What may be brought of the own versions by a node that has missed deletions; inside a transaction of the copy. */
    Result ownOnly(Connection connection, long ownHead, String timestamp) throws SQLException {
        RangeSet unsent = new ActorVersions(ownHead, RangeSet.EMPTY).missingAt(copy.own());
        for (VersionRange range : unsent.ranges()) {
            eachVersion(self, range, changes -> merge(connection, admissible(changes, unsent)));
        }
        Replica replica = copy.replica();
        replica.begin(timestamp);
        for (Row row : born) {
            ReplicatedTable there =
                    ReplicatedTable.find(replica.tables(), row.table().name()).orElseThrow();
            new RowLookup(live, row.table()).copyTo(connection, there, row.pk().bytes());
        }
        LocalTransaction recorded = replica.finish();
        return new Result(leftOut, recorded.version());
    }

    /** What was left out so far. */
    long leftOut() {
        return leftOut;
    }

    private interface Versions {
        /** Returns whether they fit. */
        boolean accept(List<Change> changes) throws SQLException;
    }

    /** Returns the range without the versions that do not fit, or are not here as a whole. */
    private RangeSet eachVersion(ActorId actor, VersionRange range, Versions versions) throws SQLException {
        RangeSet brought = RangeSet.EMPTY.plus(range.first(), range.last());
        try (ChangeReader reader = ChangeReader.of(live, tables)) {
            long version = reader.nextSurviving(actor, range.first(), range.last());
            while (version != 0) {
                long seq = 0;
                ChangePage page;
                do {
                    page = reader.read(actor, version, seq, PAGE_BYTES);
                    List<Change> changes = page.changes();
                    if (!versions.accept(changes) || !page.complete()) {
                        brought = brought.minus(version, version);
                    }
                    seq = changes.isEmpty()
                            ? 0
                            : changes.get(changes.size() - 1).seq() + 1;
                } while (!page.last());
                version = version == range.last() ? 0 : reader.nextSurviving(actor, version + 1, range.last());
            }
        }
        return brought;
    }

    private boolean merge(Connection connection, List<Change> changes) throws SQLException {
        if (changes.isEmpty()) {
            return true;
        }
        try {
            copy.replica().mergeVersions(connection, changes);
            return true;
        } catch (MergeException e) {
            leftOut += changes.size();
            log.warn("a version does not fit the copy of a peer's database and is left out: {}", e.toString());
            return false;
        }
    }

    private List<Change> admissible(List<Change> changes, RangeSet unsent) throws SQLException {
        Map<Row, List<Change>> byRow = new LinkedHashMap<>();
        for (Change change : changes) {
            Optional<ReplicatedTable> table = ReplicatedTable.find(tables, change.table());
            if (table.isPresent()) {
                byRow.computeIfAbsent(new Row(table.get(), PackedPk.of(change.pk())), row -> new ArrayList<>())
                        .add(change);
            }
        }
        List<Change> admissible = new ArrayList<>();
        for (Map.Entry<Row, List<Change>> entry : byRow.entrySet()) {
            if (isKnown(entry.getKey())) {
                admissible.addAll(entry.getValue());
            } else {
                judge(entry.getKey(), record -> self.equals(record.actor()) && unsent.contains(record.version()));
            }
        }
        return admissible;
    }

    private boolean isKnown(Row row) throws SQLException {
        Optional<ReplicatedTable> there =
                ReplicatedTable.find(copy.replica().tables(), row.table().name());
        return there.isEmpty()
                || new RowLookup(copy.connection(), there.get()).find(row.pk().bytes()) != null;
    }

    private void judge(Row row, Predicate<RowLookup.Found> isBorn) throws SQLException {
        RowLookup.@Nullable Found record =
                new RowLookup(live, row.table()).find(row.pk().bytes());
        if (record == null || !record.lives()) {
            return; // it is gone here and there
        }
        if (!isBorn.test(record)) {
            leftOut++;
            log.warn(
                    "a row of the table {} that was changed here while this node was away is not kept: it was deleted"
                            + " meanwhile, or nobody can tell (key {})",
                    row.table().name(),
                    row.pk().hex());
        } else {
            born.add(row);
        }
    }
}
