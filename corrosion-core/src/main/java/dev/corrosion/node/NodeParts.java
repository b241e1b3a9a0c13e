package dev.corrosion.node;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.crdt.Replica;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.store.Database;
import dev.corrosion.subscription.Subscriptions;
import dev.corrosion.transport.Transport;
import java.time.Clock;
import java.time.Instant;

/** The parts of a node that its status and its measurements are gathered from. */
record NodeParts(
        CorrosionOptions options,
        Clock clock,
        Instant startedAt,
        Replica replica,
        Database database,
        Ledger ledger,
        Transport transport,
        Membership membership,
        Broadcaster broadcaster,
        ApplyQueue queue,
        Applier applier,
        TombstoneCollector tombstones,
        Subscriptions subscriptions,
        Verifier verifier,
        SyncProgress sync,
        StallWatch stalls,
        NodeSecurity security,
        NodeCounters counters) {}
