package dev.corrosion.ledger;

/** Versions from first to last, both included. */
public record VersionRange(long first, long last) {

    public VersionRange {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("not a range of versions: " + first + ".." + last);
        }
    }

    public long size() {
        return last - first + 1;
    }

    public boolean contains(long version) {
        return first <= version && version <= last;
    }

    @Override
    public String toString() {
        return first == last ? Long.toString(first) : first + ".." + last;
    }
}
