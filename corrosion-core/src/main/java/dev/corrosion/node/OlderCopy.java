package dev.corrosion.node;

import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Another node has versions of this actor that its own database does not know. */
final class OlderCopy {

    private static final Logger log = LoggerFactory.getLogger(OlderCopy.class);

    static final String PROBLEM =
            "this database is older than what other nodes have of it: it was restored from a copy,"
                    + " or lost its last writes in a power failure. Writing on would lose writes, so it is refused. Restart the"
                    + " application: the node then takes a new identity and fetches what is missing";

    private OlderCopy() {}

    /** Says so, and prepares what the next open needs. */
    static void found(Database database, Replica replica) {
        log.error(PROBLEM);
        database.writeInternal(connection -> {
                    replica.renewIdentityAtNextOpen(connection);
                    // What was written since the open has numbers that others use for something else.
                    Ledger.adopt(connection, replica.actorId(), replica.versionAtOpen());
                    return true;
                })
                .exceptionally(failure -> {
                    log.error("the new identity could not be prepared", failure);
                    return false;
                });
    }
}
