package dev.corrosion.sync;

import dev.corrosion.ActorId;
import dev.corrosion.sync.SyncEffect.Fetch;
import dev.corrosion.sync.SyncEffect.StartTimer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Decides when to fetch from whom: from a peer as soon as it appears, from one that has shown something new, and from a
 * random one every interval, whether anything seems to be missing or not. At most {@link #MAX_CONCURRENT} fetches run at
 * a time, one a peer, in turn; a peer that failed is left alone for an interval, then for two, four, eight.
 *
 * <p>Not thread-safe. Time is in nanoseconds of any origin.
 */
public final class SyncScheduler {

    /** Fetches at the same time: more would only fetch the same things twice. */
    public static final int MAX_CONCURRENT = 2;

    private static final int MAX_REST_DOUBLINGS = 3;

    private enum State {
        IDLE,
        WANTED,
        RUNNING,
        /** Something new turned up while a fetch was running. */
        RUNNING_AND_WANTED
    }

    private static final class Peer {
        private final ActorId id;
        private final InetSocketAddress address;
        private State state = State.IDLE;
        private int failures;
        private long restUntil;

        Peer(ActorId id, InetSocketAddress address) {
            this.id = id;
            this.address = address;
        }
    }

    private final Duration interval;
    private final RandomGenerator random;
    private final Map<ActorId, Peer> peers = new LinkedHashMap<>();

    public SyncScheduler(Duration interval, RandomGenerator random) {
        this.interval = interval;
        this.random = random;
    }

    /** Handles one event and returns what is to be done. */
    public List<SyncEffect> on(SyncEvent event, long now) {
        List<SyncEffect> effects = new ArrayList<>();
        if (event instanceof SyncEvent.Start) {
            effects.add(nextTick());
        } else if (event instanceof SyncEvent.PeerUp up) {
            Peer peer = new Peer(up.peer(), up.address());
            Peer before = peers.put(up.peer(), peer);
            boolean running = before != null && isRunning(before);
            peer.state = running ? State.RUNNING_AND_WANTED : State.WANTED;
        } else if (event instanceof SyncEvent.PeerGone gone) {
            peers.remove(gone.peer());
        } else if (event instanceof SyncEvent.LackNoticed noticed) {
            Peer peer = peers.get(noticed.peer());
            if (peer != null) {
                want(peer);
            }
        } else if (event instanceof SyncEvent.FetchEnded ended) {
            ended(ended, now);
        } else if (event instanceof SyncEvent.Tick) {
            wantOne();
            effects.add(nextTick());
        }
        startWanted(effects, now);
        return effects;
    }

    private void ended(SyncEvent.FetchEnded ended, long now) {
        Peer peer = peers.get(ended.peer());
        if (peer == null) {
            return;
        }
        peer.state = peer.state == State.RUNNING_AND_WANTED || !ended.complete() ? State.WANTED : State.IDLE;
        peer.failures = ended.complete() ? 0 : peer.failures + 1;
        peer.restUntil = now + restAfter(peer.failures);
        // To the end of the queue: one that is wanted all the time must not keep the others waiting.
        peers.remove(peer.id);
        peers.put(peer.id, peer);
    }

    private long restAfter(int failures) {
        return failures == 0 ? 0 : interval.toNanos() << Math.min(failures - 1, MAX_REST_DOUBLINGS);
    }

    private void want(Peer peer) {
        peer.state = isRunning(peer) ? State.RUNNING_AND_WANTED : State.WANTED;
    }

    private void wantOne() {
        List<Peer> idle =
                peers.values().stream().filter(peer -> peer.state == State.IDLE).toList();
        if (!idle.isEmpty()) {
            want(idle.get(random.nextInt(idle.size())));
        }
    }

    private void startWanted(List<SyncEffect> effects, long now) {
        long running = peers.values().stream().filter(SyncScheduler::isRunning).count();
        for (Peer peer : peers.values()) {
            boolean resting = peer.failures > 0 && now - peer.restUntil < 0;
            if (peer.state == State.WANTED && !resting && running < MAX_CONCURRENT) {
                peer.state = State.RUNNING;
                running++;
                effects.add(new Fetch(peer.id, peer.address));
            }
        }
    }

    private static boolean isRunning(Peer peer) {
        return peer.state == State.RUNNING || peer.state == State.RUNNING_AND_WANTED;
    }

    private StartTimer nextTick() {
        // Between half and one and a half intervals, so that nodes do not fall into step.
        long half = interval.toNanos() / 2;
        return new StartTimer(Duration.ofNanos(half + random.nextLong(interval.toNanos() + 1)));
    }
}
