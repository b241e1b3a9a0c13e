package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ComparedTable;
import dev.corrosion.crdt.MergeException;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.RowComparison;
import dev.corrosion.crdt.RowKey;
import dev.corrosion.crdt.RowReader;
import dev.corrosion.crdt.RowState;
import dev.corrosion.crdt.RowView;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.protocol.TableScope;
import dev.corrosion.store.WriteTask;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * Takes from a peer's rows what should be here. Each row is looked at again, inside the transaction: one that is the same by
 * now, or whose difference a version explains, is left alone.
 */
final class RowRepairs implements WriteTask<RowRepairs.Result> {

    /** What is read of this node's rows, beyond the first, before the rest has to be asked for again. */
    static final long MAX_BYTES = 1 << 20;

    private final Replica replica;
    private final Holdings holdings;
    private final Supplier<KnownHorizon> horizon;
    private final KnownHorizon expected;
    private final TableScope scope;
    private final Map<ActorId, ActorVersions> theirHolds;
    private final List<RowState> theirRows;
    private final boolean admitted;
    private final PeerLog warnings;

    /**
     * What came of it.
     *
     * @param holds the versions that are held here
     * @param rows what is here now, of the first of the peer's rows
     * @param diverged those of them that differed, and nothing explained it
     * @param repaired how many of those are the same on both nodes once the peer has taken what it should have
     * @param touched whether the table has changed
     */
    record Result(
            Map<ActorId, ActorVersions> holds,
            List<RowState> rows,
            List<RowKey> diverged,
            int repaired,
            boolean touched) {}

    /**
     * Of one table.
     *
     * @param expected the horizon under which the peer's rows were read
     * @param admitted whether the peer may change the table here; if not, what differs is found and left
     * @param warnings for rows that do not fit
     */
    RowRepairs(
            Replica replica,
            Holdings holdings,
            Supplier<KnownHorizon> horizon,
            KnownHorizon expected,
            TableScope scope,
            Map<ActorId, ActorVersions> theirHolds,
            List<RowState> theirRows,
            boolean admitted,
            PeerLog warnings) {
        this.replica = replica;
        this.holdings = holdings;
        this.horizon = horizon;
        this.expected = expected;
        this.scope = scope;
        this.theirHolds = theirHolds;
        this.theirRows = theirRows;
        this.admitted = admitted;
        this.warnings = warnings;
    }

    @Override
    public Result run(Connection connection) throws SQLException {
        if (!horizon.get().fingerprint().equals(expected.fingerprint())) {
            throw new CancellationException("tombstones were collected meanwhile");
        }
        ComparedTable table = VerifyScopes.require(connection, scope);
        RowReader reader = new RowReader(connection, table);
        Map<ActorId, ActorVersions> holds = holdings.now();
        long floor = expected.horizon().floors().getOrDefault(scope.table(), 0L);
        List<RowState> rows = new ArrayList<>();
        List<RowKey> diverged = new ArrayList<>();
        int repaired = 0;
        boolean touched = false;
        long bytes = 0;
        for (RowState theirs : theirRows) {
            if (bytes > MAX_BYTES) {
                break;
            }
            RowView there = new RowView(theirs, theirHolds);
            RowView here = new RowView(reader.row(theirs.key()), holds);
            if (differ(here, there)) {
                diverged.add(theirs.key());
                RowState wanted = RowComparison.merged(here, there, floor);
                if (admitted && !wanted.equals(here.row()) && repair(connection, here.row(), wanted)) {
                    touched = true;
                    here = new RowView(reader.row(theirs.key()), holds);
                }
                RowState agreed = RowComparison.merged(there, here, floor);
                boolean same = RowComparison.differences(scope.table(), here.row(), agreed)
                        .isEmpty();
                repaired += same ? 1 : 0;
            }
            bytes += here.row().estimatedBytes();
            rows.add(here.row());
        }
        return new Result(holds, rows, diverged, repaired, touched);
    }

    private boolean differ(RowView here, RowView there) {
        return !RowComparison.unexplained(
                        RowComparison.differences(scope.table(), here.row(), there.row()), here, there)
                .isEmpty();
    }

    private boolean repair(Connection connection, RowState from, RowState to) throws SQLException {
        try {
            replica.repair(connection, scope.table(), from, to);
            return true;
        } catch (MergeException e) {
            warnings.warn("a row of the table {} cannot be repaired: {}", scope.table(), e.toString());
            return false;
        }
    }
}
