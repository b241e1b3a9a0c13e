package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.SwimCodec;
import java.net.InetSocketAddress;

/** This node as it tells of itself. */
final class Self {

    private MemberRecord record;
    private int bytes;

    Self(MemberRecord record) {
        this.record = record;
        this.bytes = SwimCodec.size(record);
    }

    MemberRecord record() {
        return record;
    }

    ActorId id() {
        return record.id();
    }

    InetSocketAddress address() {
        return record.address();
    }

    /** What the record takes in a packet. */
    int bytes() {
        return bytes;
    }

    boolean hasLeft() {
        return record.state() == Member.State.LEFT;
    }

    /** Is alive in spite of what is said at that incarnation. */
    void refute(long incarnation) {
        become(record.with(Member.State.ALIVE, incarnation + 1));
    }

    /** Tells of another region than before. */
    void moveTo(String region) {
        become(record.in(region, record.incarnation() + 1));
    }

    void leave() {
        become(record.with(Member.State.LEFT));
    }

    private void become(MemberRecord next) {
        record = next;
        bytes = SwimCodec.size(next);
    }
}
