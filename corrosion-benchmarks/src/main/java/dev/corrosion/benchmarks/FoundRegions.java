package dev.corrosion.benchmarks;

import dev.corrosion.Member;
import dev.corrosion.broadcast.Place;
import dev.corrosion.membership.RegionFinder;
import dev.corrosion.membership.RegionOptions;
import dev.corrosion.membership.RoundTrips;
import dev.corrosion.protocol.MemberRecord;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Nodes without regions that find some, in virtual time. A round trip is measured as what the map says, up to 15 % more, and
 * what two processes add to it, 1 ms on average. Each node hears of a region that another has found 0.3 to 3 s later.
 */
final class FoundRegions {

    private static final long MILLISECOND = SimulatedCluster.MILLISECOND;
    private static final long SECOND = SimulatedCluster.SECOND;
    private static final long DURATION = 900 * SECOND;
    private static final long FIRST_LOOK = 5 * SECOND;
    private static final long FIRST_NEWS = 300 * MILLISECOND;
    private static final long LAST_NEWS = 3 * SECOND;

    private static final class Node {
        private final int number;
        private final RegionFinder finder;
        private final List<MemberRecord> others = new ArrayList<>();
        private final Map<InetSocketAddress, Long> measured = new HashMap<>();
        private MemberRecord self;
        private int changes;
        private int pings;

        Node(int number, MemberRecord self, RegionOptions options, Random random) {
            this.number = number;
            this.self = self;
            this.finder = new RegionFinder(options, to -> measured.getOrDefault(to, RoundTrips.UNKNOWN), random);
        }

        /** Its place in the list of the others of that node. */
        int placeAt(Node other) {
            return number < other.number ? number : number - 1;
        }
    }

    private final WorldMap map;
    private final int[] regions;
    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final List<Node> nodes = new ArrayList<>();
    private long settledAt;

    /** @param places where the nodes are known to be by number, their regions by the map */
    FoundRegions(WorldMap map, List<Place> places, int[] regions, RegionOptions options, Random random) {
        this.map = map;
        this.regions = regions;
        this.random = random;
        for (Place place : places) {
            MemberRecord self = new MemberRecord(place.id(), "", "", place.address(), 1, 1, Member.State.ALIVE);
            nodes.add(new Node(nodes.size(), self, options, random));
        }
        for (Node node : nodes) {
            for (Node other : nodes) {
                if (other != node) {
                    node.others.add(other.self);
                }
            }
            time.schedule((long) (random.nextDouble() * FIRST_LOOK), () -> look(node));
        }
    }

    FoundRegions run() {
        time.runUntil(DURATION);
        return this;
    }

    private void look(Node node) {
        RegionFinder.Look look = node.finder.look(node.self.region(), node.others, time.now());
        for (MemberRecord to : look.pings()) {
            node.pings++;
            long roundTrip =
                    map.rttMillis(regions[node.number], regions[to.address().getPort() - 1]) * MILLISECOND;
            long measured = (long)
                    (roundTrip * (1 + 0.15 * random.nextDouble()) - MILLISECOND * Math.log(1 - random.nextDouble()));
            time.schedule(measured, () -> node.measured.put(to.address(), measured));
        }
        if (!look.region().equals(node.self.region())) {
            node.changes++;
            settledAt = time.now();
            node.self = node.self.in(look.region(), node.self.incarnation() + 1);
            MemberRecord news = node.self;
            for (Node other : nodes) {
                if (other != node) {
                    long delay = FIRST_NEWS + (long) (random.nextDouble() * (LAST_NEWS - FIRST_NEWS));
                    time.schedule(delay, () -> tell(other, node.placeAt(other), news));
                }
            }
        }
        time.schedule(look.next().toNanos(), () -> look(node));
    }

    private static void tell(Node observer, int place, MemberRecord news) {
        if (news.incarnation() > observer.others.get(place).incarnation()) {
            observer.others.set(place, news);
        }
    }

    /** What the node with this number has found. */
    String name(int node) {
        return nodes.get(node).self.region();
    }

    /** How many they are. */
    int count() {
        return (int) nodes.stream().map(node -> node.self.region()).distinct().count();
    }

    /** The share of nodes that share what they have found with nodes of their region of the map only. */
    double pureShare() {
        Map<String, Map<Integer, Integer>> sizes = new HashMap<>();
        nodes.forEach(node -> sizes.computeIfAbsent(node.self.region(), name -> new HashMap<>())
                .merge(regions[node.number], 1, Integer::sum));
        long pure = sizes.values().stream()
                .filter(places -> places.size() == 1)
                .mapToInt(places -> Collections.max(places.values()))
                .sum();
        return pure / (double) nodes.size();
    }

    /** The share of nodes that have found the same as most nodes of their region of the map. */
    double togetherShare() {
        Map<Integer, Map<String, Integer>> sizes = new HashMap<>();
        nodes.forEach(node -> sizes.computeIfAbsent(regions[node.number], region -> new HashMap<>())
                .merge(node.self.region(), 1, Integer::sum));
        return sizes.values().stream()
                        .mapToInt(names -> Collections.max(names.values()))
                        .sum()
                / (double) nodes.size();
    }

    /** How often a node has changed its region on average, finding the first one included. */
    double changes() {
        return nodes.stream().mapToInt(node -> node.changes).average().orElse(0);
    }

    int mostChanges() {
        return nodes.stream().mapToInt(node -> node.changes).max().orElse(0);
    }

    /** Pings beyond those of membership, on average. */
    double pings() {
        return nodes.stream().mapToInt(node -> node.pings).average().orElse(0);
    }

    /** When the last node changed its region. */
    double settledSeconds() {
        return settledAt / (double) SECOND;
    }
}
