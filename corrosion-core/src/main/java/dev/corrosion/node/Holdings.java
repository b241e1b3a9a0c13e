package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.RangeSet;
import java.util.HashMap;
import java.util.Map;

/** What is held, own writes included that are committed and not yet on disk: their records are seen, too. */
final class Holdings {

    private final Replica replica;
    private final Ledger ledger;

    Holdings(Replica replica, Ledger ledger) {
        this.replica = replica;
        this.ledger = ledger;
    }

    /** Whatever is read from here on shows all of it. Any thread. */
    Map<ActorId, ActorVersions> now() {
        Map<ActorId, ActorVersions> holds = new HashMap<>(ledger.snapshot());
        long version = replica.version();
        if (version > 0) {
            holds.put(replica.actorId(), new ActorVersions(version, RangeSet.EMPTY));
        }
        return holds;
    }
}
