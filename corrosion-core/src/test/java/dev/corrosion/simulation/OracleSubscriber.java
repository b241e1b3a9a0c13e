package dev.corrosion.simulation;

import dev.corrosion.Row;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;

/**
 * Somebody who follows a query on one machine, comes and goes, and takes what it is told fast or slowly. What it is told must
 * always be what the query gives.
 */
abstract class OracleSubscriber<E> {

    private static final int MAX_WANTED = 4;

    final World world;
    final Random random;
    final QueryStates states;

    /** It asks for a few events at a time. */
    private final boolean slow;

    private @Nullable Attempt attempt;

    OracleSubscriber(World world, Random random, QueryStates states, boolean slow) {
        this.world = world;
        this.random = random;
        this.states = states;
        this.slow = slow;
    }

    /** One subscription, from when it comes until it goes. What is told to an earlier one is not heard any more. */
    private final class Attempt extends BaseSubscriber<E> {

        private boolean wantsAll;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            if (slow) {
                request(1L + random.nextInt(MAX_WANTED));
            } else {
                wantAll();
            }
        }

        void wantAll() {
            wantsAll = true;
            requestUnbounded();
        }

        @Override
        protected void hookOnNext(E event) {
            hear(() -> told(event));
        }

        @Override
        protected void hookOnError(Throwable failure) {
            hear(() -> {
                attempt = null;
                failed(failure);
            });
        }

        @Override
        protected void hookOnComplete() {
            hear(() -> {
                attempt = null;
                require(states.machine.isLeaving(), "it ended");
            });
        }

        private void hear(Runnable what) {
            if (attempt != this || states.isHuge()) {
                return;
            }
            try {
                what.run();
            } catch (AssertionError e) {
                violated(e); // and not thrown from here, where the node's code is on the stack
            }
        }
    }

    /** Subscribes on the node that runs. */
    final void come() {
        Attempt coming = new Attempt();
        attempt = coming;
        subscribe(states.machine.process(), coming);
    }

    abstract void subscribe(NodeRun process, BaseSubscriber<E> subscriber);

    abstract void told(E event);

    abstract void failed(Throwable failure);

    /** Cancels. */
    final void go() {
        Disposable going = attempt;
        attempt = null;
        if (going != null) {
            going.dispose();
        }
        gone();
    }

    /** The node has ended, in whatever way. */
    final void lost() {
        attempt = null;
        gone();
    }

    /** It is not there any more, by its own will or not. */
    abstract void gone();

    final boolean isHere() {
        return attempt != null;
    }

    /** A slow one takes some more. */
    final void wantSome() {
        Attempt here = attempt;
        if (here != null && !here.wantsAll) {
            here.request(1L + random.nextInt(MAX_WANTED));
        }
    }

    final void wantAll() {
        Attempt here = attempt;
        if (here != null && !here.wantsAll) {
            here.wantAll();
        }
    }

    /** Nothing is under way: whoever has taken all must know the result. */
    final void check() {
        Attempt here = attempt;
        if (here == null || !here.wantsAll || isWaiting() || states.isFailing()) {
            return;
        }
        Map<Row, Integer> known = known();
        if (known != null) {
            require(states.isLatest(known), "nothing is under way, and the query gives " + states.shown());
        }
    }

    /** Whether it has asked to be told nothing yet. */
    abstract boolean isWaiting();

    /** The rows that it knows of now, each with how often it is there; null if it has violated something. */
    abstract @Nullable Map<Row, Integer> known();

    final void require(boolean condition, String failure) {
        if (!condition) {
            violated(new AssertionError(failure));
        }
    }

    final void violated(AssertionError failure) {
        world.violated(new AssertionError(
                String.format("%.6f s, %s: %s%n  %s", world.time.now() / 1e9, states, failure.getMessage(), this),
                failure));
    }
}
