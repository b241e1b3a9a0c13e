package dev.corrosion.membership;

import dev.corrosion.protocol.MemberRecord;

/** A member in the table: what is held of it, since when, and its place in the one {@link KnownList} that it is in. */
final class Known {

    private MemberRecord member;
    private long since;
    private int place;

    Known(MemberRecord member, long since) {
        this.member = member;
        this.since = since;
    }

    MemberRecord member() {
        return member;
    }

    long since() {
        return since;
    }

    int place() {
        return place;
    }

    void update(MemberRecord member, long since) {
        this.member = member;
        this.since = since;
    }

    void moveTo(int place) {
        this.place = place;
    }
}
