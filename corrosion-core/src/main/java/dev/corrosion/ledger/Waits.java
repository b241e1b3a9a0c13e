package dev.corrosion.ledger;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Who waits for which version. Safe for any thread. */
final class Waits {

    /** How many wait at most. */
    static final int MAX = 10_000;

    private record Wait(long version, CompletableFuture<Void> held) {}

    /** Guarded by itself, as is {@link #count}. */
    private final Map<ActorId, List<Wait>> waits = new HashMap<>();

    private int count;

    /**
     * A wait that ends when its version is here or its holder gives it up.
     *
     * @throws CorrosionException if too many wait
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what hangs on it runs whatever becomes of it
    CompletableFuture<Void> add(ActorId actor, long version) {
        Wait wait = new Wait(version, new CompletableFuture<>());
        synchronized (waits) {
            if (count == MAX) {
                throw new CorrosionException(MAX + " calls wait for versions already: wait for fewer at a time");
            }
            count++;
            waits.computeIfAbsent(actor, id -> new ArrayList<>()).add(wait);
        }
        wait.held().whenComplete((held, givenUp) -> remove(actor, candidate -> candidate.held() == wait.held()));
        return wait.held();
    }

    /** The actor's versions have changed. */
    void advanced(ActorId actor, ActorVersions versions) {
        remove(actor, wait -> versions.contains(wait.version()))
                .forEach(wait -> wait.held().complete(null));
    }

    private List<Wait> remove(ActorId actor, Predicate<Wait> over) {
        synchronized (waits) {
            List<Wait> all = waits.get(actor);
            if (all == null) {
                return List.of();
            }
            List<Wait> removed = all.stream().filter(over).toList();
            all.removeAll(removed);
            count -= removed.size();
            if (all.isEmpty()) {
                waits.remove(actor);
            }
            return removed;
        }
    }
}
