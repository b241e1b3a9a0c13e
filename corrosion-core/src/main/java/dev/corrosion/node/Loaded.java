package dev.corrosion.node;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.crdt.PreviousIdentity;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.PartialVersions;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.schema.SchemaMigration;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the database said when it was opened. */
record Loaded(Ledger ledger, List<MemberRecord> members, TombstoneCollector.Loaded tombstones) {

    private static final Logger log = LoggerFactory.getLogger(Loaded.class);

    /** Brings the database to the declared schema first. */
    static Loaded load(Connection connection, Replica replica, CorrosionOptions options, Clock clock)
            throws SQLException {
        MemberStore.createTable(connection); // declared views may read it
        // Rows of a table that becomes replicated are changes of this actor, so this is a recorded transaction.
        replica.begin(LocalWriter.timestamp(clock.instant()));
        SchemaMigration.apply(connection, replica, options.schema(), options.allowDestructiveSchema());
        long version = replica.finish().version();
        PartialVersions.createTable(connection);
        Ledger.createTables(connection);
        if (replica.previous().isPresent()) {
            PreviousIdentity previous = replica.previous().get();
            log.warn(
                    "this node is {} now; it was {} until its database turned out to be a copy",
                    replica.actorId(),
                    previous.actorId());
            // An older copy has said which versions are its own when it was found out; this does not change that.
            Ledger.adopt(connection, previous.actorId(), previous.version());
            MemberStore.remove(connection, previous.actorId());
            replica.forgetPrevious(connection);
        }
        Ledger ledger = Ledger.load(connection, replica.actorId(), Math.max(version, replica.version()));
        return new Loaded(
                ledger,
                MemberStore.load(connection),
                TombstoneCollector.Loaded.load(connection, replica, ledger, clock));
    }
}
