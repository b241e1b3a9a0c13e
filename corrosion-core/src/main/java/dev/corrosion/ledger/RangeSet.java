package dev.corrosion.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A set of versions as sorted ranges that neither touch nor overlap. Immutable; every operation is linear in the number
 * of ranges, of which a healthy actor has none.
 */
public final class RangeSet {

    public static final RangeSet EMPTY = new RangeSet(List.of());

    private final List<VersionRange> ranges;

    private RangeSet(List<VersionRange> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** The union of the ranges, which may come in any order and overlap. */
    public static RangeSet of(Collection<VersionRange> ranges) {
        List<VersionRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(VersionRange::first));
        List<VersionRange> result = new ArrayList<>(sorted.size());
        for (VersionRange range : sorted) {
            int end = result.size() - 1;
            if (end >= 0 && range.first() - 1 <= result.get(end).last()) {
                VersionRange before = result.get(end);
                result.set(end, new VersionRange(before.first(), Math.max(before.last(), range.last())));
            } else {
                result.add(range);
            }
        }
        return result.isEmpty() ? EMPTY : new RangeSet(result);
    }

    public List<VersionRange> ranges() {
        return ranges;
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public boolean contains(long version) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            VersionRange range = ranges.get(middle);
            if (range.contains(version)) {
                return true;
            }
            if (range.last() < version) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return false;
    }

    /** How many versions are in the set. */
    public long size() {
        return ranges.stream().mapToLong(VersionRange::size).sum();
    }

    /** This set and everything from first to last. */
    public RangeSet plus(long first, long last) {
        List<VersionRange> result = new ArrayList<>(ranges.size() + 1);
        long from = first;
        long to = last;
        int i = 0;
        while (i < ranges.size() && ranges.get(i).last() + 1 < from) {
            result.add(ranges.get(i++));
        }
        while (i < ranges.size() && ranges.get(i).first() <= to + 1) {
            from = Math.min(from, ranges.get(i).first());
            to = Math.max(to, ranges.get(i).last());
            i++;
        }
        result.add(new VersionRange(from, to));
        result.addAll(ranges.subList(i, ranges.size()));
        return new RangeSet(result);
    }

    /** This set without anything from first to last. */
    public RangeSet minus(long first, long last) {
        List<VersionRange> result = new ArrayList<>(ranges.size() + 1);
        for (VersionRange range : ranges) {
            if (range.last() < first || range.first() > last) {
                result.add(range);
                continue;
            }
            if (range.first() < first) {
                result.add(new VersionRange(range.first(), first - 1));
            }
            if (range.last() > last) {
                result.add(new VersionRange(last + 1, range.last()));
            }
        }
        return result.equals(ranges) ? this : new RangeSet(result);
    }

    /** What is in either set. */
    public RangeSet plus(RangeSet other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        List<VersionRange> all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        return of(all);
    }

    /** This set without what is in the other. */
    public RangeSet minus(RangeSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        return intersect(other.complement(ranges.get(ranges.size() - 1).last()));
    }

    /** The highest versions of this set, so many at most. */
    public RangeSet newest(long versions) {
        List<VersionRange> result = new ArrayList<>();
        long wanted = versions;
        for (int i = ranges.size() - 1; i >= 0 && wanted > 0; i--) {
            VersionRange range = ranges.get(i);
            long first = Math.max(range.first(), range.last() - wanted + 1);
            result.add(new VersionRange(first, range.last()));
            wanted -= range.last() - first + 1;
        }
        return of(result);
    }

    /** What is missing from 1 to last. */
    public RangeSet complement(long last) {
        List<VersionRange> result = new ArrayList<>(ranges.size() + 1);
        long from = 1;
        for (VersionRange range : ranges) {
            if (range.first() > last) {
                break;
            }
            if (range.first() > from) {
                result.add(new VersionRange(from, range.first() - 1));
            }
            from = range.last() + 1;
        }
        if (from <= last) {
            result.add(new VersionRange(from, last));
        }
        return new RangeSet(result);
    }

    /** What is in both sets. */
    public RangeSet intersect(RangeSet other) {
        List<VersionRange> result = new ArrayList<>();
        int mine = 0;
        int theirs = 0;
        while (mine < ranges.size() && theirs < other.ranges.size()) {
            VersionRange a = ranges.get(mine);
            VersionRange b = other.ranges.get(theirs);
            long first = Math.max(a.first(), b.first());
            long last = Math.min(a.last(), b.last());
            if (first <= last) {
                result.add(new VersionRange(first, last));
            }
            if (a.last() < b.last()) {
                mine++;
            } else {
                theirs++;
            }
        }
        return new RangeSet(result);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RangeSet set && ranges.equals(set.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges.toString();
    }
}
