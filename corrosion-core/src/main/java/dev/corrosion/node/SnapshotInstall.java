package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions.SchemaSource;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.Tombstones;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.store.Contents;
import dev.corrosion.store.Database;
import dev.corrosion.store.WriteTask;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a copy of a peer's database in the place of the own content: the last step, on the writer thread, with all that
 * was written up to then.
 */
final class SnapshotInstall implements WriteTask<CarryOver.Result> {

    private static final Logger log = LoggerFactory.getLogger(SnapshotInstall.class);

    /** What must follow the new content, in memory. */
    interface Listener {
        /** It is about to change, on disk; or it is changed, and everything in memory follows. */
        void contentChanges();

        /** It has changed. On the writer thread. */
        void replaced(Connection connection, CarryOver.Result result) throws SQLException;
    }

    private final OfflineCopy copy;
    private final Path file;
    private final Replica replica;
    private final Ledger ledger;
    private final TombstoneCollector tombstones;
    private final Clock clock;
    private final Listener listener;
    private @Nullable Connection live;

    /** Puts the copy in this file in place of the content of the database. The copy is closed, whatever becomes of that. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes close the copy
    static CompletableFuture<CarryOver.Result> run(
            Path file,
            List<SchemaSource> schema,
            Database database,
            Replica replica,
            Ledger ledger,
            TombstoneCollector tombstones,
            Clock clock,
            Listener listener) {
        OfflineCopy copy;
        try {
            copy = OfflineCopy.open(file, replica.actorId(), schema);
        } catch (SQLException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<CarryOver.Result> installed =
                database.writeInternal(new SnapshotInstall(copy, file, replica, ledger, tombstones, clock, listener));
        installed.whenComplete((done, failure) -> copy.close());
        return installed;
    }

    private SnapshotInstall(
            OfflineCopy copy,
            Path file,
            Replica replica,
            Ledger ledger,
            TombstoneCollector tombstones,
            Clock clock,
            Listener listener) {
        this.copy = copy;
        this.file = file;
        this.replica = replica;
        this.ledger = ledger;
        this.tombstones = tombstones;
        this.clock = clock;
        this.listener = listener;
    }

    @Override
    public boolean replacesContent() {
        return true;
    }

    @Override
    public CarryOver.Result run(Connection connection) throws SQLException {
        live = connection;
        if (!OfflineCopy.unreplicated(connection).isEmpty()) {
            throw new CorrosionException("the database has tables that are not replicated, which a copy of another"
                    + " one would delete: " + OfflineCopy.unreplicated(connection));
        }
        CarryOver.Result result = copy.transaction(offline -> bring(connection, offline));
        Contents.fitPages(copy.connection(), connection);
        copy.close();
        replica.reserve(Math.max(result.recorded(), replica.version()));
        listener.contentChanges();
        try {
            Contents.restore(connection, file);
        } catch (SQLException e) {
            listener.contentChanges();
            throw e;
        }
        return result;
    }

    private CarryOver.Result bring(Connection connection, Connection offline) throws SQLException {
        Map<ActorId, ActorVersions> here = new TreeMap<>(ledger.snapshot());
        if (replica.version() > 0) {
            // Also what is committed and not yet on disk.
            here.put(replica.actorId(), new ActorVersions(replica.version(), RangeSet.EMPTY));
        }
        Horizon horizon = tombstones.horizon();
        boolean missedNothing = copy.horizon().equals(horizon) || copy.horizon().isPassedBy(here, horizon);
        if (!missedNothing && !horizon.isPassedBy(copy.ledger().snapshot(), copy.horizon())) {
            throw new CorrosionException(
                    "this node and the peer were apart for too long; a person must decide which of them is to stay");
        }
        Replica prepared = copy.replica();
        prepared.advanceTo(offline, replica.version());
        CarryOver carryOver = new CarryOver(connection, replica.tables(), replica.actorId(), copy);
        CarryOver.Result result;
        if (missedNothing) {
            carryOver.all(offline, here);
            result = new CarryOver.Result(carryOver.leftOut(), 0);
        } else {
            result = carryOver.ownOnly(offline, replica.version(), LocalWriter.timestamp(clock.instant()));
        }
        Tombstones there = prepared.tombstones(offline);
        there.extend(horizon);
        there.keep(new Tombstones.Epoch(TombstoneEpoch.point(copy.ledger().snapshot()), clock.millis()));
        MemberStore.createTable(offline);
        MemberStore.copy(connection, offline);
        return result;
    }

    @Override
    public void committed(CarryOver.Result result) {
        Connection connection = Objects.requireNonNull(live);
        try {
            ledger.reload(connection);
            listener.replaced(connection, result);
            listener.contentChanges();
        } catch (SQLException e) {
            throw new CorrosionException("the new content cannot be read: " + e, e);
        }
        log.info(
                "the database has the content of a peer's now, with {} tables",
                replica.tables().size());
    }
}
