package dev.corrosion.transport.quic;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Opens the links anew, one after the other, that were made with an identity that this node has no more. The old link goes when
 * the new one is there; see {@link QuicLink#retire}. Where none can be had, it goes after some attempts: its other end does not
 * want, or cannot reach, what this node is now. Event loop only.
 */
final class Recycler {

    /** Attempts to replace one link. */
    static final int MAX_ATTEMPTS = 3;

    /** Before the next link: more than this, less than twice. All nodes may get their new identities at once. */
    private static final int PAUSE_MILLIS = 50;

    private final LinkTable links;
    private final EventLoop loop;
    private final RandomGenerator random;
    private @Nullable ScheduledFuture<?> next;

    Recycler(LinkTable links, EventLoop loop, RandomGenerator random) {
        this.links = links;
        this.loop = loop;
        this.random = random;
    }

    /** Begins, or goes on with what has become old meanwhile. */
    void start() {
        if (next == null) {
            stepLater();
        }
    }

    private void step() {
        next = null;
        if (links.replaceNext()) {
            stepLater();
        }
    }

    private void stepLater() {
        next = loop.schedule(this::step, PAUSE_MILLIS + random.nextInt(PAUSE_MILLIS), TimeUnit.MILLISECONDS);
    }
}
