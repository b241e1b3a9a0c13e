package dev.corrosion.broadcast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * One of the trees of a region. Members are ranked by hash; the first ones are the relays, to which origins send, the
 * next ones the level below, each level {@code fanOut} times as large. A member's parent is found by consistent hashing
 * in the level above (with several probes: Appleton and O'Reilly, "Multi-probe consistent hashing", 2015), so that two
 * nodes whose views differ by one member disagree about a few edges only.
 */
final class RegionTree {

    /** Probes for a parent: with five the fullest parent has about twice its share. */
    private static final int PROBES = 5;

    private static final long PROBE_SALT = 1 << 20;

    private final List<Place> relays;
    private final List<List<Place>> children;

    /** @param hashes one for each member, the same whatever the tree */
    RegionTree(List<Place> members, long[] hashes, int tree, int relayCount, int fanOut) {
        int size = members.size();
        long[] ranks = new long[size];
        Arrays.setAll(ranks, i -> Hash.of(hashes[i], tree));
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingLong(i -> ranks[i]));
        List<Place> first = new ArrayList<>();
        List<List<Place>> below = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            below.add(List.of());
        }
        int begin = 0;
        int end = Math.min(relayCount, size);
        for (int i = 0; i < end; i++) {
            first.add(members.get(order[i]));
        }
        while (end < size) {
            int next = (int) Math.min(size, end + (long) (end - begin) * fanOut);
            Ring ring = new Ring(order, ranks, begin, end);
            for (int i = end; i < next; i++) {
                int parent = ring.parent(ranks[order[i]]);
                if (below.get(parent).isEmpty()) {
                    below.set(parent, new ArrayList<>());
                }
                below.get(parent).add(members.get(order[i]));
            }
            begin = end;
            end = next;
        }
        this.relays = List.copyOf(first);
        this.children = below;
    }

    List<Place> relays() {
        return relays;
    }

    List<Place> children(int member) {
        return children.get(member);
    }

    /** The members of a level on the circle of all hashes. */
    private static final class Ring {

        private final long[] points;
        private final int[] members;

        Ring(Integer[] order, long[] ranks, int begin, int end) {
            Integer[] sorted = Arrays.copyOfRange(order, begin, end);
            Arrays.sort(sorted, Comparator.comparingLong(i -> Hash.of(ranks[i], PROBE_SALT)));
            points = new long[sorted.length];
            members = new int[sorted.length];
            for (int i = 0; i < sorted.length; i++) {
                points[i] = Hash.of(ranks[sorted[i]], PROBE_SALT);
                members[i] = sorted[i];
            }
        }

        int parent(long rank) {
            int nearest = 0;
            long least = -1;
            for (int probe = 0; probe < PROBES; probe++) {
                long at = Hash.of(rank, PROBE_SALT + 1 + probe);
                int found = Arrays.binarySearch(points, at);
                int successor = found >= 0 ? found : -found - 1;
                if (successor == points.length) {
                    successor = 0;
                }
                long distance = points[successor] - at;
                if (Long.compareUnsigned(distance, least) < 0) {
                    least = distance;
                    nearest = successor;
                }
            }
            return members[nearest];
        }
    }
}
