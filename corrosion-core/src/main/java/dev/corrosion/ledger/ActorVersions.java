package dev.corrosion.ledger;

/**
 * What is here of one actor: every version from 1 to the head that is in no gap. Immutable.
 *
 * @param head the highest version heard of, 0 if none
 * @param gaps versions up to the head that are not applied
 */
public record ActorVersions(long head, RangeSet gaps) {

    public static final ActorVersions NONE = new ActorVersions(0, RangeSet.EMPTY);

    /** Whether this version is applied here. */
    public boolean contains(long version) {
        return version <= head && !gaps.contains(version);
    }

    /** The highest version up to which all are applied here. */
    public long prefix() {
        return gaps.isEmpty() ? head : gaps.ranges().get(0).first() - 1;
    }

    /** Everything from first to last is applied now; what lies between the head and first becomes a gap. */
    public ActorVersions applied(long first, long last) {
        RangeSet gaps = this.gaps.minus(first, last);
        if (first > head + 1) {
            gaps = gaps.plus(head + 1, first - 1);
        }
        return new ActorVersions(Math.max(head, last), gaps);
    }

    /** The actor is known to have reached this version, which may not be here. */
    public ActorVersions heard(long version) {
        return version <= head ? this : new ActorVersions(version, gaps.plus(head + 1, version));
    }

    /** All versions that are applied here. */
    public RangeSet applied() {
        return gaps.complement(head);
    }

    /** What is applied here and not there. */
    public RangeSet missingAt(ActorVersions other) {
        RangeSet lacking = other.gaps;
        if (head > other.head) {
            lacking = lacking.plus(other.head + 1, head);
        }
        return lacking.intersect(applied());
    }
}
