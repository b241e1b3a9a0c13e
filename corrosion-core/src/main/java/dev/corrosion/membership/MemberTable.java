package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The members known, without this node, and whose turn it is to be probed. Everything but listing them takes constant
 * time, or logarithmic time for those that are gone.
 */
final class MemberTable {

    /** Members looked at, beyond those wanted, when some are drawn. */
    private static final int MAX_MISSES = 32;

    private final RandomGenerator random;
    private final Map<ActorId, Known> byId = new HashMap<>();
    private final Map<InetSocketAddress, ActorId> presentAt = new HashMap<>();
    private final ProbeRound present;
    private final KnownList gone = new KnownList();
    private final TreeSet<Known> goneByAge = new TreeSet<>(Comparator.comparingLong(Known::since)
            .thenComparing(known -> known.member().id()));
    private int alive;
    private long digest;

    MemberTable(RandomGenerator random) {
        this.random = random;
        this.present = new ProbeRound(random);
    }

    @Nullable MemberRecord get(ActorId id) {
        Known known = byId.get(id);
        return known == null ? null : known.member();
    }

    /** Adds or replaces. */
    void put(MemberRecord member, long since) {
        Known known = byId.get(member.id());
        if (known != null && known.member().isPresent() && member.isPresent()) {
            forgetDetails(known);
            known.update(member, since);
            keepDetails(known);
            return;
        }
        if (known != null) {
            remove(known);
        }
        add(new Known(member, since));
    }

    void remove(ActorId id) {
        Known known = byId.get(id);
        if (known != null) {
            remove(known);
        }
    }

    Collection<MemberRecord> all() {
        return byId.values().stream().map(Known::member).toList();
    }

    List<MemberRecord> present() {
        List<MemberRecord> members = new ArrayList<>(present.size());
        present.forEach(known -> members.add(known.member()));
        return members;
    }

    /** Present members, and those that are gone since the given time or later. */
    List<MemberRecord> presentOrGoneSince(long time) {
        List<MemberRecord> members = present();
        for (Known known : goneByAge.descendingSet()) {
            if (known.since() < time) {
                break;
            }
            members.add(known.member());
        }
        return members;
    }

    /** Present and gone ones. */
    int size() {
        return byId.size();
    }

    /** The one that has been gone for the longest time, or null if none is gone. */
    @Nullable MemberRecord longestGone() {
        return goneByAge.isEmpty() ? null : goneByAge.first().member();
    }

    /** Present members and this node. */
    int clusterSize() {
        return 1 + present.size();
    }

    boolean hasAlive() {
        return alive > 0;
    }

    boolean isPresentAt(InetSocketAddress address) {
        return presentAt.containsKey(address);
    }

    /** Of the present members with their incarnations and states, in any order. */
    long digest() {
        return digest;
    }

    /** What a present member adds to a digest. */
    static long digest(MemberRecord member) {
        long hash = member.id().value().getMostSignificantBits();
        hash = mix(hash ^ member.id().value().getLeastSignificantBits() * 0x9E3779B97F4A7C15L);
        return mix(hash + 2 * member.incarnation() + (member.state() == Member.State.ALIVE ? 1 : 0));
    }

    /** The finalizer of SplitMix64: each bit of the argument touches all of the result. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** The next present member of the round; every one is reached once before any is reached twice. */
    @Nullable MemberRecord nextToProbe() {
        Known next = present.next();
        return next == null ? null : next.member();
    }

    /**
     * Up to so many different present members from a random place on, other than the one given. The order is another on
     * each node and changes with each round of probes.
     */
    List<MemberRecord> choose(int count, @Nullable ActorId except, boolean aliveOnly) {
        List<MemberRecord> chosen = new ArrayList<>(count);
        int size = present.size();
        int start = size == 0 ? 0 : random.nextInt(size);
        for (int i = 0; i < Math.min(size, count + MAX_MISSES) && chosen.size() < count; i++) {
            MemberRecord member = present.get((start + i) % size).member();
            if (!member.id().equals(except) && (!aliveOnly || member.state() == Member.State.ALIVE)) {
                chosen.add(member);
            }
        }
        return chosen;
    }

    /** One that is down, or null if none is, or none was met among many that have left. */
    @Nullable MemberRecord chooseDown() {
        int size = gone.size();
        int start = size == 0 ? 0 : random.nextInt(size);
        for (int i = 0; i < Math.min(size, MAX_MISSES); i++) {
            MemberRecord member = gone.get((start + i) % size).member();
            if (member.state() == Member.State.DOWN) {
                return member;
            }
        }
        return null;
    }

    /** Drops the members that have been gone since before the deadline, and returns them. */
    List<MemberRecord> forgetGoneBefore(long deadline) {
        List<MemberRecord> forgotten = new ArrayList<>();
        while (!goneByAge.isEmpty() && goneByAge.first().since() < deadline) {
            Known oldest = goneByAge.first();
            remove(oldest);
            forgotten.add(oldest.member());
        }
        return forgotten;
    }

    private void add(Known known) {
        byId.put(known.member().id(), known);
        if (known.member().isPresent()) {
            present.add(known);
            keepDetails(known);
        } else {
            gone.add(known);
            goneByAge.add(known);
        }
    }

    private void remove(Known known) {
        byId.remove(known.member().id());
        if (known.member().isPresent()) {
            present.remove(known);
            forgetDetails(known);
        } else {
            gone.remove(known);
            goneByAge.remove(known);
        }
    }

    private void keepDetails(Known known) {
        MemberRecord member = known.member();
        alive += member.state() == Member.State.ALIVE ? 1 : 0;
        digest += digest(member);
        presentAt.put(member.address(), member.id());
    }

    private void forgetDetails(Known known) {
        MemberRecord member = known.member();
        alive -= member.state() == Member.State.ALIVE ? 1 : 0;
        digest -= digest(member);
        presentAt.remove(member.address(), member.id());
    }
}
