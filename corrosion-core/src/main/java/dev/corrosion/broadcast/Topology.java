package dev.corrosion.broadcast;

import dev.corrosion.ActorId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who is where, in one node's view: the regions with their members, and the way that the changes of an origin take through
 * them. Equal views give equal ways. Immutable; a change of one member makes a new one that shares all other regions.
 */
public final class Topology {

    private final BroadcastOptions options;
    private final SortedMap<String, Region> regions;
    private final int size;

    private Topology(BroadcastOptions options, SortedMap<String, Region> regions) {
        this.options = options;
        this.regions = regions;
        this.size = regions.values().stream().mapToInt(r -> r.members().size()).sum();
    }

    /** A view without members. */
    public static Topology empty(BroadcastOptions options) {
        return new Topology(options, new TreeMap<>());
    }

    /** The view of these members; regions that are as they were are taken over with what they have computed. */
    public Topology of(Collection<Place> places) {
        Map<String, List<Place>> byRegion = new TreeMap<>();
        for (Place place : places) {
            byRegion.computeIfAbsent(place.region(), name -> new ArrayList<>()).add(place);
        }
        SortedMap<String, Region> next = new TreeMap<>();
        byRegion.forEach((name, members) -> {
            Region region = region(name, members);
            Region before = regions.get(name);
            next.put(name, region.equals(before) ? before : region);
        });
        return new Topology(options, next);
    }

    /** With one member more. */
    public Topology with(Place place, UnaryOperator<Region> interned) {
        Region before = regions.get(place.region());
        List<Place> members = before == null ? new ArrayList<>() : new ArrayList<>(before.members());
        members.removeIf(member -> member.id().equals(place.id()));
        members.add(place);
        return replaced(place.region(), members, interned);
    }

    /** With one member less. */
    public Topology without(Place place, UnaryOperator<Region> interned) {
        Region before = regions.get(place.region());
        if (before == null || !before.contains(place.id())) {
            return this;
        }
        List<Place> members = new ArrayList<>(before.members());
        members.removeIf(member -> member.id().equals(place.id()));
        return replaced(place.region(), members, interned);
    }

    private Topology replaced(String name, List<Place> members, UnaryOperator<Region> interned) {
        SortedMap<String, Region> next = new TreeMap<>(regions);
        if (members.isEmpty()) {
            next.remove(name);
        } else {
            next.put(name, interned.apply(region(name, members)));
        }
        return new Topology(options, next);
    }

    private Region region(String name, List<Place> members) {
        return new Region(name, members, options.relays(), options.fanOut());
    }

    int size() {
        return size;
    }

    /** Whether an origin sends to everybody itself. */
    boolean isDirect() {
        return size <= options.directMembers();
    }

    @Nullable Region region(String name) {
        return regions.get(name);
    }

    /** The tree that carries what this origin writes. */
    static int treeOf(ActorId origin) {
        return (int) (Hash.of(Hash.of(origin), Region.TREES) >>> 1) & (Region.TREES - 1);
    }

    /** To whom this member sends what it has written itself. */
    List<Place> targets(ActorId origin, String ownRegion) {
        List<Place> targets = new ArrayList<>();
        int tree = treeOf(origin);
        for (Region region : regions.values()) {
            targets.addAll(isDirect() ? region.members() : region.relays(tree));
        }
        if (!isDirect()) {
            targets.addAll(children(origin, ownRegion, tree));
        }
        targets.removeIf(place -> place.id().equals(origin));
        return targets;
    }

    /** To whom this member passes on what came by this tree; none if it is not known itself. */
    List<Place> children(ActorId member, String itsRegion, int tree) {
        Region region = regions.get(itsRegion);
        return region == null || isDirect() ? List.of() : region.children(member, tree);
    }

    /** The region whose relays are told by those of the given one; null if there is only one region. */
    @Nullable Region watched(String by, int tree) {
        if (regions.size() < 2 || !regions.containsKey(by)) {
            return null;
        }
        List<Region> all = List.copyOf(regions.values());
        int at = regions.headMap(by).size();
        return all.get((at + 1 + tree % (all.size() - 1)) % all.size());
    }
}
