package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ScanPosition;
import dev.corrosion.crdt.TombstoneBatch;
import dev.corrosion.crdt.Tombstones;
import dev.corrosion.ledger.Horizon;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One collection, cut into short steps, between which others may write. It reads all row records twice. The first time it
 * only finds out how far the horizon must reach; then the horizon moves, once, for it is exchanged with others; the
 * second time it drops what the horizon covers. Then the next epoch begins.
 *
 * <p>What changes between two steps does no harm. A row that is deleted meanwhile, or deleted again, has a version beyond
 * the point, and one that has come back is no tombstone. What the first pass has not seen is not covered by its result,
 * and stays until the next epoch.
 */
final class TombstoneSweep {

    /** Row records that one step looks at, and tombstones that it drops at most. */
    static final int RECORDS = 500;

    /** Something to be done on the writer thread, in a transaction of its own. If that fails, so has the sweep. */
    interface Step {
        Done run(Tombstones tombstones) throws SQLException;
    }

    /**
     * What a step has done.
     *
     * @param dropped how many tombstones
     * @param next what is left to do; null if nothing is, or if the rule does not allow it any more
     */
    record Done(int dropped, @Nullable Step next) {}

    private final Map<ActorId, Long> point;
    private final Supplier<@Nullable Map<ActorId, Long>> collectable;
    private final TombstoneRule rule;
    private final Supplier<TombstoneEpoch> beginEpoch;
    private final int records;

    /**
     * For one epoch.
     *
     * @param point that of the epoch
     * @param collectable the point up to which may be collected now, null if nothing may
     * @param rule is told where the horizon is
     * @param beginEpoch begins the next
     */
    TombstoneSweep(
            Map<ActorId, Long> point,
            Supplier<@Nullable Map<ActorId, Long>> collectable,
            TombstoneRule rule,
            Supplier<TombstoneEpoch> beginEpoch) {
        this(point, collectable, rule, beginEpoch, RECORDS);
    }

    /** The same with another number of records for a step. */
    TombstoneSweep(
            Map<ActorId, Long> point,
            Supplier<@Nullable Map<ActorId, Long>> collectable,
            TombstoneRule rule,
            Supplier<TombstoneEpoch> beginEpoch,
            int records) {
        this.point = Collections.unmodifiableMap(new TreeMap<>(point));
        this.collectable = collectable;
        this.rule = rule;
        this.beginEpoch = beginEpoch;
        this.records = records;
    }

    Step first() {
        return reach(Horizon.NONE, ScanPosition.START);
    }

    private Step reach(Horizon before, ScanPosition from) {
        return tombstones -> {
            TombstoneBatch<Horizon> batch = tombstones.reach(point, from, records);
            Horizon reach = before.join(batch.found());
            ScanPosition next = batch.next();
            return new Done(0, next == null ? extend(reach) : reach(reach, next));
        };
    }

    /** The rule is asked again on this thread, which is the one that merges what others send. */
    private Step extend(Horizon reach) {
        return tombstones -> {
            if (!point.equals(collectable.get())) {
                return new Done(0, null);
            }
            tombstones.extend(reach);
            rule.extended(reach, false);
            return new Done(0, drop(reach, ScanPosition.START));
        };
    }

    private Step drop(Horizon covered, ScanPosition from) {
        return tombstones -> {
            TombstoneBatch<Integer> batch = tombstones.drop(covered, from, records);
            ScanPosition next = batch.next();
            return new Done(batch.found(), next == null ? this::begin : drop(covered, next));
        };
    }

    private Done begin(Tombstones tombstones) throws SQLException {
        TombstoneEpoch begun = beginEpoch.get();
        tombstones.keep(new Tombstones.Epoch(begun.point(), begun.startedAt()));
        return new Done(0, null);
    }
}
