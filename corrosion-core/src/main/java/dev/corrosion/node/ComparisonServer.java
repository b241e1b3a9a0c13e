package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.LedgerDigest;
import dev.corrosion.protocol.Collected;
import dev.corrosion.protocol.SyncBuckets;
import dev.corrosion.protocol.SyncDigest;
import dev.corrosion.protocol.SyncEqual;
import dev.corrosion.protocol.SyncHolds;
import dev.corrosion.protocol.SyncMessage;
import dev.corrosion.protocol.SyncRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The other side of a {@link Comparison}. However little of what the peer holds is sent, the rule of the tombstones is
 * always told all of it: the rest is what is held here, as the equal sums show. Thread-safe.
 */
final class ComparisonServer {

    /** The rule of the tombstones; see {@link TombstoneCollector#asked}. */
    interface Rule {
        @Nullable Collected asked(ActorId peer, Map<ActorId, ActorVersions> holds, Horizon theirs);
    }

    private final Ledger ledger;
    private final Supplier<KnownHorizon> horizons;
    private final LongSupplier databaseBytes;
    private final Rule rule;

    ComparisonServer(Ledger ledger, Supplier<KnownHorizon> horizons, LongSupplier databaseBytes, Rule rule) {
        this.ledger = ledger;
        this.horizons = horizons;
        this.databaseBytes = databaseBytes;
        this.rule = rule;
    }

    /** Whether a peer holds the same. */
    SyncMessage answer(ActorId peer, SyncDigest theirs) {
        Ledger.State here = ledger.state();
        KnownHorizon horizon = horizons.get();
        if (!theirs.holds().equals(here.digest().whole()) || !theirs.horizon().equals(horizon.fingerprint())) {
            return buckets(here, horizon);
        }
        Collected instead = rule.asked(peer, here.holds(), horizon.horizon());
        return instead == null ? new SyncEqual() : instead;
    }

    /** What is held here of the actors that may differ. */
    SyncMessage answer(ActorId peer, SyncRequest request) {
        Ledger.State here = ledger.state();
        KnownHorizon horizon = horizons.get();
        Horizon theirs = request.collected();
        if (theirs == null && request.horizon().equals(horizon.fingerprint())) {
            theirs = horizon.horizon();
        }
        if (theirs == null || request.rest() != here.digest().rest(request.bits(), request.buckets())) {
            return buckets(here, horizon);
        }
        Map<ActorId, ActorVersions> mine = Comparison.of(here.holds(), request.bits(), request.buckets());
        Map<ActorId, ActorVersions> all = new HashMap<>(here.holds());
        all.keySet().removeAll(mine.keySet());
        all.putAll(Comparison.of(request.holds(), request.bits(), request.buckets()));
        Collected instead = rule.asked(peer, all, theirs);
        return instead == null ? new SyncHolds(mine, databaseBytes.getAsLong()) : instead;
    }

    private static SyncBuckets buckets(Ledger.State here, KnownHorizon horizon) {
        long[] sums = here.digest().buckets(LedgerDigest.bits(here.holds().size()));
        return new SyncBuckets(Arrays.stream(sums).boxed().toList(), horizon.fingerprint());
    }
}
