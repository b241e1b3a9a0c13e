package dev.corrosion.sync;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.sync.SyncEffect.Cancel;
import dev.corrosion.sync.SyncEffect.Compare;
import dev.corrosion.sync.SyncEffect.Fetch;
import dev.corrosion.sync.SyncEffect.StartTimer;
import dev.corrosion.sync.SyncPeer.Phase;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides when to compare with whom, and what to fetch from whom. It compares with a peer as soon as that appears, with
 * one that has shown something new, and with a random one every interval, whether anything seems to be missing or not.
 * What a peer then offers is fetched in chunks, the newest versions first.
 *
 * <p>Each version is asked of one peer at a time: a chunk is a claim that ends with the fetch, however that ends, or when
 * nothing has come for {@link #STALLED}; what was not received is then free for others. If more is missing than a chunk,
 * further peers are compared with, so that up to {@link #MAX_CONCURRENT} of them send at the same time. A peer that failed
 * is left alone for an interval, then for two, four, eight, and another is tried at once.
 *
 * <p>Not thread-safe. Time is in nanoseconds of any origin.
 */
public final class SyncScheduler {

    /** Peers with which something goes on at the same time. */
    public static final int MAX_CONCURRENT = 4;

    /** How long a peer may send nothing. */
    public static final Duration STALLED = Duration.ofSeconds(20);

    private static final int MAX_REST_DOUBLINGS = 3;

    private final Duration interval;
    private final RandomGenerator random;
    private final Map<ActorId, SyncPeer> peers = new LinkedHashMap<>();
    private long lastTask;

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
            appeared(up.peer(), up.address(), effects);
        } else if (event instanceof SyncEvent.PeerGone gone) {
            drop(peers.remove(gone.peer()), effects);
        } else if (event instanceof SyncEvent.LackNoticed noticed) {
            SyncPeer peer = peers.get(noticed.peer());
            if (peer != null) {
                peer.wanted = true;
                peer.lacking = true;
            }
        } else if (event instanceof SyncEvent.Tick) {
            recruit(1, now);
            effects.add(nextTick());
        } else {
            onTask(event, now, effects);
        }
        startWanted(effects, now);
        return effects;
    }

    /** What a task tells counts only as long as it is the one that its peer is at. */
    private void onTask(SyncEvent event, long now, List<SyncEffect> effects) {
        if (event instanceof SyncEvent.Compared compared) {
            SyncPeer peer = at(compared.peer(), compared.task());
            if (peer != null) {
                compared(peer, compared.offered(), now);
            }
        } else if (event instanceof SyncEvent.Fetched fetched) {
            SyncPeer peer = at(fetched.peer(), fetched.task());
            if (peer != null) {
                fetched(peer, fetched.left(), now);
            }
        } else if (event instanceof SyncEvent.Failed failed) {
            SyncPeer peer = at(failed.peer(), failed.task());
            if (peer != null) {
                failed(peer, now);
            }
        } else if (event instanceof SyncEvent.Progressed progressed) {
            SyncPeer peer = at(progressed.peer(), progressed.task());
            if (peer != null) {
                peer.progressedAt = now;
            }
        } else if (event instanceof SyncEvent.CheckProgress check) {
            SyncPeer peer = at(check.peer(), check.task());
            if (peer != null) {
                check(peer, now, effects);
            }
        }
    }

    private @Nullable SyncPeer at(ActorId id, long task) {
        SyncPeer peer = peers.get(id);
        return peer != null && peer.isBusy() && peer.task == task ? peer : null;
    }

    private void appeared(ActorId id, InetSocketAddress address, List<SyncEffect> effects) {
        SyncPeer peer = new SyncPeer(id, address);
        peer.wanted = true;
        drop(peers.put(id, peer), effects);
    }

    private static void drop(@Nullable SyncPeer peer, List<SyncEffect> effects) {
        if (peer != null && peer.isBusy()) {
            effects.add(new Cancel(peer.task));
        }
    }

    private void compared(SyncPeer peer, Map<ActorId, RangeSet> offered, long now) {
        peer.offers.clear();
        peer.offers.putAll(offered);
        peer.failures = 0;
        ended(peer);
        long more = Ranges.size(offered) / peer.chunk.versions();
        recruit((int) Math.min(more, MAX_CONCURRENT - 1), now);
    }

    private void fetched(SyncPeer peer, Map<ActorId, RangeSet> left, long now) {
        peer.chunk.took(now - peer.begunAt);
        Map<ActorId, RangeSet> received = Ranges.minus(peer.claim, left);
        if (received.isEmpty()) {
            // It does not have them after all, or they do not fit here: not again before the next comparison.
            peer.forget(peer.claim);
        }
        peers.values().forEach(other -> other.forget(received));
        peer.failures = 0;
        ended(peer);
    }

    /** To the end of the queue: one that is wanted all the time must not keep the others waiting. */
    private void ended(SyncPeer peer) {
        peer.end();
        peers.remove(peer.id);
        peers.put(peer.id, peer);
    }

    private void failed(SyncPeer peer, long now) {
        ended(peer);
        peer.chunk.failed();
        peer.offers.clear();
        peer.wanted = true;
        peer.restUntil = now + (interval.toNanos() << Math.min(peer.failures, MAX_REST_DOUBLINGS));
        peer.failures++;
        recruit(1, now);
    }

    private void check(SyncPeer peer, long now, List<SyncEffect> effects) {
        long silent = now - peer.progressedAt;
        if (silent < STALLED.toNanos()) {
            effects.add(new StartTimer(STALLED.minusNanos(silent), new SyncEvent.CheckProgress(peer.task, peer.id)));
            return;
        }
        effects.add(new Cancel(peer.task));
        failed(peer, now);
    }

    /** Compares with so many more of those that have nothing to do. */
    private void recruit(int count, long now) {
        List<SyncPeer> idle = new ArrayList<>(peers.values().stream()
                .filter(peer -> !peer.isBusy() && !peer.wanted && peer.offers.isEmpty() && !peer.isResting(now))
                .toList());
        for (int i = 0; i < count && !idle.isEmpty(); i++) {
            idle.remove(random.nextInt(idle.size())).wanted = true;
        }
    }

    private void startWanted(List<SyncEffect> effects, long now) {
        long busy = peers.values().stream().filter(SyncPeer::isBusy).count();
        for (SyncPeer peer : peers.values()) {
            if (busy >= MAX_CONCURRENT) {
                return;
            }
            if (!peer.isBusy() && !peer.isResting(now) && start(peer, effects, now)) {
                busy++;
            }
        }
    }

    private boolean start(SyncPeer peer, List<SyncEffect> effects, long now) {
        Map<ActorId, RangeSet> chunk = Ranges.newest(unclaimed(peer), peer.chunk.versions());
        if (!chunk.isEmpty()) {
            peer.begin(Phase.FETCHING, ++lastTask, now);
            peer.claim = chunk;
            effects.add(new Fetch(peer.task, peer.id, peer.address, chunk));
        } else if (peer.wanted && peer.offers.isEmpty()) {
            peer.begin(Phase.COMPARING, ++lastTask, now);
            effects.add(new Compare(peer.task, peer.id, peer.address, peer.lacking));
            peer.wanted = false;
            peer.lacking = false;
        } else {
            return false;
        }
        effects.add(new StartTimer(STALLED, new SyncEvent.CheckProgress(peer.task, peer.id)));
        return true;
    }

    private Map<ActorId, RangeSet> unclaimed(SyncPeer peer) {
        Map<ActorId, RangeSet> free = peer.offers;
        for (SyncPeer other : peers.values()) {
            free = other.claim.isEmpty() ? free : Ranges.minus(free, other.claim);
        }
        return free;
    }

    private StartTimer nextTick() {
        // Between half and one and a half intervals, so that nodes do not fall into step.
        long half = interval.toNanos() / 2;
        return new StartTimer(Duration.ofNanos(half + random.nextLong(interval.toNanos() + 1)), new SyncEvent.Tick());
    }
}
