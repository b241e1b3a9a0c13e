package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.RangeSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Gaps that versions left which came unasked. Versions of one actor may take different ways, so what is missing is mostly
 * about to come by itself: only a gap that is still there after {@link #PATIENCE} is worth asking for. One look at each
 * actor at a time, however many versions come out of order meanwhile. On the event loop.
 */
final class GapWatch {

    /** Longer than a broadcast takes over all its hops, and than the repair of a lost one by digests takes as a rule. */
    static final Duration PATIENCE = Duration.ofMillis(100);

    private record Noted(ActorId peer, RangeSet gaps) {}

    private final EventLoop loop;
    private final Function<ActorId, RangeSet> gaps;
    private final BiConsumer<ActorId, ActorId> stillThere;

    /** By actor. */
    private final Map<ActorId, Noted> noted = new HashMap<>();

    /**
     * Begins without any.
     *
     * @param gaps of an actor, now
     * @param stillThere told of the actor of a gap that stayed, and of a peer that has shown a later version
     */
    GapWatch(EventLoop loop, Function<ActorId, RangeSet> gaps, BiConsumer<ActorId, ActorId> stillThere) {
        this.loop = loop;
        this.gaps = gaps;
        this.stillThere = stillThere;
    }

    /** A peer has sent a version of the actor, and earlier ones are missing. */
    void noted(ActorId actor, ActorId peer) {
        if (noted.containsKey(actor)) {
            return;
        }
        RangeSet now = gaps.apply(actor);
        if (!now.isEmpty()) {
            noted.put(actor, new Noted(peer, now));
            loop.schedule(PATIENCE, () -> look(actor));
        }
    }

    private void look(ActorId actor) {
        Noted then = noted.remove(actor);
        if (then == null) {
            return;
        }
        if (then.gaps().intersect(gaps.apply(actor)).isEmpty()) {
            noted(actor, then.peer()); // those are filled, but there may be others since
        } else {
            stillThere.accept(actor, then.peer());
        }
    }
}
