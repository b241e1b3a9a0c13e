package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.PreviousIdentity;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.PartialVersions;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.protocol.Message;
import dev.corrosion.store.Database;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The part of a node that takes in the versions of others, without members and network; for tests of other packages. */
public final class ReceivingNode {

    private static final ActorId SENDER = new ActorId(new UUID(7, 7));

    private final Ledger ledger;
    private final Applier applier;
    private final ApplyQueue queue;
    private volatile boolean olderCopy;

    private ReceivingNode(Database database, Replica replica, Ledger ledger) {
        this.ledger = ledger;
        this.applier =
                new Applier(replica, ledger, new NodeCounters(), new Listener(), received -> true, Clock.systemUTC());
        this.queue = new ApplyQueue(database, applier);
    }

    /** Of a database that has just been opened. */
    public static ReceivingNode open(Database database, Replica replica) {
        Ledger ledger = database.writeInternal(connection -> {
                    PartialVersions.createTable(connection);
                    Ledger.createTables(connection);
                    Optional<PreviousIdentity> previous = replica.previous();
                    if (previous.isPresent()) {
                        Ledger.adopt(
                                connection,
                                previous.get().actorId(),
                                previous.get().version());
                        replica.forgetPrevious(connection);
                    }
                    return Ledger.load(connection, replica.actorId(), replica.version());
                })
                .join();
        return new ReceivingNode(database, replica, ledger);
    }

    /** Takes in what came from another node; returns when it is applied, kept, or found unfit. */
    public void receive(Message message) {
        queue.submit(new Received(SENDER, message, null)).settled().join();
    }

    /** Versions that were refused, in words. */
    public List<String> rejections() {
        return applier.rejections();
    }

    /** Whether another node knew a version of this one that it never made. */
    public boolean isOlderCopy() {
        return olderCopy;
    }

    /** The versions that are here, of all actors. */
    public Map<ActorId, ActorVersions> holds() {
        return ledger.snapshot();
    }

    /** The own versions up to this one are on disk and may be told to others. */
    public void ownCommitted(long version) {
        ledger.ownCommitted(version);
    }

    private final class Listener implements Applier.Listener {
        @Override
        public void applied(Map<ActorId, List<VersionRange>> versions, Set<String> tables) {}

        @Override
        public void lacking(ActorId peer) {}

        @Override
        public void overtaken(ActorId actor, ActorId peer) {}

        @Override
        public void olderCopy() {
            olderCopy = true;
        }
    }
}
