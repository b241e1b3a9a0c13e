package dev.corrosion.transport.quic;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known about one address: the link to use, or the attempt to open one, or when to try again. */
final class Route {

    /** Parcels that may wait for a link, whatever they weigh. */
    static final int MAX_WAITING = 1024;

    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);
    private static final Duration REFUSED_RETRY = Duration.ofSeconds(15);

    private final InetSocketAddress address;
    private final int maxWaitingBytes;
    private final ArrayDeque<Parcel> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private @Nullable QuicLink link;
    private boolean dialling;
    private int failures;
    private long retryAt;

    Route(InetSocketAddress address, int maxWaitingBytes) {
        this.address = address;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    InetSocketAddress address() {
        return address;
    }

    @Nullable QuicLink link() {
        return link;
    }

    void use(@Nullable QuicLink next) {
        link = next;
        if (next != null) {
            failures = 0;
        }
    }

    boolean isDialling() {
        return dialling;
    }

    boolean mayDial(long now) {
        return failures == 0 || now - retryAt >= 0;
    }

    void dialStarted() {
        dialling = true;
    }

    /** The attempt has led to a link. */
    void dialEnded() {
        dialling = false;
    }

    /** The attempt has failed: the next one has to wait, longer each time. */
    void dialFailed(long now, boolean refused) {
        dialling = false;
        long delay = refused
                ? REFUSED_RETRY.toNanos()
                : Math.min(LAST_RETRY.toNanos(), FIRST_RETRY.toNanos() << Math.min(failures, Byte.SIZE));
        failures++;
        retryAt = now + delay;
    }

    /** Keeps a parcel until there is a link; false if too much waits already. */
    boolean keep(Parcel parcel) {
        if (waiting.size() >= MAX_WAITING || (!waiting.isEmpty() && waitingBytes + parcel.weight() > maxWaitingBytes)) {
            return false;
        }
        waiting.add(parcel);
        waitingBytes += parcel.weight();
        return true;
    }

    /** Gives back what was kept, in order. */
    List<Parcel> takeWaiting() {
        List<Parcel> parcels = new ArrayList<>(waiting);
        waiting.clear();
        waitingBytes = 0;
        return parcels;
    }

    /** Whether nothing would be lost by forgetting this route but the time of its next attempt. */
    boolean isIdle() {
        return link == null && !dialling;
    }

    boolean isBlank() {
        return isIdle() && failures == 0;
    }
}
