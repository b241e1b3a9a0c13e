package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.MemberRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The members known, without this node, and whose turn it is to be probed. */
final class MemberTable {

    private record Entry(MemberRecord member, long since) {}

    private final RandomGenerator random;
    private final Map<ActorId, Entry> members = new LinkedHashMap<>();
    private final List<ActorId> probeOrder = new ArrayList<>();
    private int nextProbe;

    MemberTable(RandomGenerator random) {
        this.random = random;
    }

    @Nullable MemberRecord get(ActorId id) {
        Entry entry = members.get(id);
        return entry == null ? null : entry.member();
    }

    /** Adds or replaces; a new member is put at a random place of the round, as SWIM section 4.3 asks. */
    void put(MemberRecord member, long since) {
        if (members.put(member.id(), new Entry(member, since)) == null) {
            probeOrder.add(random.nextInt(probeOrder.size() + 1), member.id());
        }
    }

    Collection<MemberRecord> all() {
        return members.values().stream().map(Entry::member).toList();
    }

    /** Present members, and those that are gone since the given time or later. */
    List<MemberRecord> presentOrGoneSince(long time) {
        return members.values().stream()
                .filter(entry -> entry.member().isPresent() || entry.since() - time >= 0)
                .map(Entry::member)
                .toList();
    }

    /** Present members and this node. */
    int clusterSize() {
        return 1
                + (int) members.values().stream()
                        .filter(entry -> entry.member().isPresent())
                        .count();
    }

    /** The next present member of the round; every one is reached once before any is reached twice. */
    @Nullable MemberRecord nextToProbe() {
        for (int tried = 0; tried < probeOrder.size(); tried++) {
            if (nextProbe >= probeOrder.size()) {
                shuffle();
                nextProbe = 0;
            }
            MemberRecord candidate = get(probeOrder.get(nextProbe++));
            if (candidate != null && candidate.isPresent()) {
                return candidate;
            }
        }
        return null;
    }

    /** Up to so many different members, drawn at random. */
    List<MemberRecord> choose(int count, Predicate<MemberRecord> filter) {
        List<MemberRecord> candidates = new ArrayList<>(all());
        candidates.removeIf(filter.negate());
        List<MemberRecord> chosen = new ArrayList<>(count);
        while (chosen.size() < count && !candidates.isEmpty()) {
            chosen.add(candidates.remove(random.nextInt(candidates.size())));
        }
        return chosen;
    }

    /** Drops the members that have been gone since before the deadline, and returns them. */
    List<MemberRecord> forgetGoneBefore(long deadline) {
        List<MemberRecord> forgotten = members.values().stream()
                .filter(entry -> !entry.member().isPresent() && entry.since() - deadline < 0)
                .map(Entry::member)
                .toList();
        for (MemberRecord member : forgotten) {
            members.remove(member.id());
            int index = probeOrder.indexOf(member.id());
            probeOrder.remove(index);
            if (index < nextProbe) {
                nextProbe--;
            }
        }
        return forgotten;
    }

    private void shuffle() {
        for (int i = probeOrder.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            ActorId swapped = probeOrder.get(i);
            probeOrder.set(i, probeOrder.get(other));
            probeOrder.set(other, swapped);
        }
    }
}
