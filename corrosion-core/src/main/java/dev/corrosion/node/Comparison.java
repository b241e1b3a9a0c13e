package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.LedgerDigest;
import dev.corrosion.protocol.Collected;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.SyncBuckets;
import dev.corrosion.protocol.SyncDigest;
import dev.corrosion.protocol.SyncEqual;
import dev.corrosion.protocol.SyncHolds;
import dev.corrosion.protocol.SyncMessage;
import dev.corrosion.protocol.SyncRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds out in what this node and a peer differ: first by a digest of everything, then by one of each bucket of actors,
 * then actor by actor. It ends with what the peer holds of the actors that differ, with nothing if there are none, or
 * with the peer's horizon if that is another one.
 */
final class Comparison {

    /** How often buckets are compared before all actors are: where much is written, they change all the time. */
    private static final int MAX_ATTEMPTS = 3;

    /**
     * What came of it.
     *
     * @param holds what the peer holds, of the actors that differ
     * @param databaseBytes how large its database is; 0 if nothing differs
     */
    record Found(Map<ActorId, ActorVersions> holds, long databaseBytes) {
        static final Found NOTHING = new Found(Map.of(), 0);
    }

    /** The horizons differ; nothing else can be compared until they are the same. */
    static final class OtherHorizon extends RuntimeException {

        private static final long serialVersionUID = 1;
        private final transient Collected answer;

        OtherHorizon(Collected answer) {
            super("another horizon", null, false, false);
            this.answer = answer;
        }

        Collected answer() {
            return answer;
        }
    }

    private final Ledger ledger;
    private final Supplier<KnownHorizon> horizon;
    private final Function<SyncMessage, CompletableFuture<Message>> ask;
    private int attempts;

    /** @param ask puts a question to the peer */
    Comparison(Ledger ledger, Supplier<KnownHorizon> horizon, Function<SyncMessage, CompletableFuture<Message>> ask) {
        this.ledger = ledger;
        this.horizon = horizon;
        this.ask = ask;
    }

    /**
     * Begins.
     *
     * @param lacking whether they are known to differ: then a small cluster is compared actor by actor at once
     * @return fails with {@link OtherHorizon}, or with what broke it off
     */
    CompletableFuture<Found> run(boolean lacking) {
        Ledger.State here = ledger.state();
        if (lacking && LedgerDigest.bits(here.holds().size()) == 0) {
            return ask.apply(requestOfAll()).thenCompose(this::answered);
        }
        return ask.apply(new SyncDigest(here.digest().whole(), horizon.get().fingerprint()))
                .thenCompose(this::answered);
    }

    private CompletableFuture<Found> answered(Message answer) {
        if (answer instanceof SyncEqual) {
            return CompletableFuture.completedFuture(Found.NOTHING);
        }
        if (answer instanceof SyncHolds found) {
            return CompletableFuture.completedFuture(new Found(found.holds(), found.databaseBytes()));
        }
        if (answer instanceof Collected collected) {
            return CompletableFuture.failedFuture(new OtherHorizon(collected));
        }
        if (answer instanceof SyncBuckets buckets) {
            attempts++;
            if (attempts > MAX_ATTEMPTS + 1) {
                return CompletableFuture.failedFuture(new ProtocolException("buckets where all were asked for"));
            }
            return ask.apply(attempts > MAX_ATTEMPTS ? requestOfAll() : request(buckets))
                    .thenCompose(this::answered);
        }
        return CompletableFuture.failedFuture(
                new ProtocolException("not an answer: " + answer.getClass().getSimpleName()));
    }

    private SyncRequest requestOfAll() {
        KnownHorizon mine = horizon.get();
        return new SyncRequest(0, Set.of(0), 0, ledger.state().holds(), mine.fingerprint(), mine.horizon());
    }

    private SyncRequest request(SyncBuckets theirs) {
        Ledger.State here = ledger.state();
        int bits = theirs.bits();
        long[] mine = here.digest().buckets(bits);
        Set<Integer> differing = new HashSet<>();
        for (int i = 0; i < mine.length; i++) {
            if (mine[i] != theirs.sums().get(i)) {
                differing.add(i);
            }
        }
        KnownHorizon known = horizon.get();
        Horizon collected = known.fingerprint().equals(theirs.horizon()) ? null : known.horizon();
        return new SyncRequest(
                bits,
                differing,
                here.digest().rest(bits, differing),
                of(here.holds(), bits, differing),
                known.fingerprint(),
                collected);
    }

    /** Those in these buckets. */
    static Map<ActorId, ActorVersions> of(Map<ActorId, ActorVersions> holds, int bits, Set<Integer> buckets) {
        Map<ActorId, ActorVersions> some = new HashMap<>();
        holds.forEach((actor, versions) -> {
            if (buckets.contains(LedgerDigest.bucket(actor, bits))) {
                some.put(actor, versions);
            }
        });
        return some;
    }
}
