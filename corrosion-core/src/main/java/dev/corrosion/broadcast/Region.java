package dev.corrosion.broadcast;

import dev.corrosion.ActorId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The present members of one region, and the trees that follow from them. Unchanging as far as anybody can tell; trees are
 * computed when they are first asked for and kept. Not thread-safe.
 */
public final class Region {

    /**
     * Trees of a region. An origin uses one of them, by the hash of its id, so that the work of passing on is spread, and
     * there are few enough to be computed anew with every change of the members.
     */
    static final int TREES = 64;

    private final String name;
    private final int relayCount;
    private final int fanOut;
    private final List<Place> members;
    private final Map<ActorId, Integer> indexes;
    private final long[] hashes;
    private final int hashCode;
    private final @Nullable RegionTree[] trees = new RegionTree[TREES];

    Region(String name, Collection<Place> places, int relayCount, int fanOut) {
        this.name = name;
        this.relayCount = relayCount;
        this.fanOut = fanOut;
        List<Place> sorted = new ArrayList<>(places);
        sorted.sort(Comparator.comparing(Place::id));
        this.members = List.copyOf(sorted);
        this.indexes = new HashMap<>(members.size() * 2);
        this.hashes = new long[members.size()];
        for (int i = 0; i < hashes.length; i++) {
            indexes.put(members.get(i).id(), i);
            hashes[i] = Hash.of(members.get(i).id());
        }
        this.hashCode = members.hashCode();
    }

    public String name() {
        return name;
    }

    public List<Place> members() {
        return members;
    }

    boolean contains(ActorId id) {
        return indexes.containsKey(id);
    }

    /** The members to which an origin sends. */
    List<Place> relays(int tree) {
        return members.size() <= relayCount ? members : tree(tree).relays();
    }

    /** The members to whom this one passes on. */
    List<Place> children(ActorId member, int tree) {
        Integer index = indexes.get(member);
        return index == null || members.size() <= relayCount
                ? List.of()
                : tree(tree).children(index);
    }

    /** The member so many places behind this one in the order of the ids, which is a circle; null if this is no member. */
    @Nullable Place neighbour(ActorId member, int distance) {
        Integer index = indexes.get(member);
        return index == null ? null : members.get(Math.floorMod(index + distance, members.size()));
    }

    private RegionTree tree(int tree) {
        RegionTree known = trees[tree];
        if (known == null) {
            known = new RegionTree(members, hashes, tree, relayCount, fanOut);
            trees[tree] = known;
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (other == this) {
            return true;
        }
        return other instanceof Region region
                && hashCode == region.hashCode
                && relayCount == region.relayCount
                && fanOut == region.fanOut
                && name.equals(region.name)
                && members.equals(region.members);
    }

    @Override
    public int hashCode() {
        return hashCode;
    }

    @Override
    public String toString() {
        return name + " with " + members.size() + " members";
    }
}
