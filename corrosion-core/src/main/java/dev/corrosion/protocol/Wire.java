package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.ledger.VersionRange;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages to bytes and back: one byte of format version, one of message type, then the fields. Described in
 * docs/protocol.md.
 */
public final class Wire {

    /** The format that this code speaks. */
    public static final int VERSION = 1;

    private static final int SWIM = 1;
    private static final int PUSH_PULL = 2;
    private static final int CHANGES = 3;
    private static final int EMPTY_VERSIONS = 4;
    private static final int VERSION_HEAD = 5;
    private static final int AWAIT_VERSION = 20;
    private static final int VERSION_HELD = 21;

    private static final int GOSSIP = 0;
    private static final int PING = 1;
    private static final int ACK = 2;
    private static final int PING_REQUEST = 3;

    /** Least size of an encoded {@link MemberRecord}. */
    private static final int MIN_MEMBER_BYTES = 16 + 1 + 6 + 3;

    /** States by their number on the wire. */
    private static final List<Member.State> STATES =
            List.of(Member.State.ALIVE, Member.State.SUSPECT, Member.State.DOWN, Member.State.LEFT);

    private Wire() {}

    public static byte[] encode(Message message) {
        ByteWriter out = new ByteWriter(256);
        out.u8(VERSION);
        if (message instanceof SwimPacket packet) {
            out.u8(SWIM);
            writeSwim(out, packet);
        } else if (message instanceof PushPull pushPull) {
            out.u8(PUSH_PULL);
            writeMember(out, pushPull.from());
            writeMembers(out, pushPull.members());
        } else if (message instanceof Changes changes) {
            out.u8(CHANGES);
            ChangeCodec.write(out, changes.parts());
        } else if (message instanceof EmptyVersions empty) {
            out.u8(EMPTY_VERSIONS);
            out.actor(empty.actor());
            writeRanges(out, empty.ranges());
        } else if (message instanceof VersionHead head) {
            out.u8(VERSION_HEAD);
            out.actor(head.actor());
            out.varint(head.version());
        } else if (message instanceof SyncMessage sync) {
            SyncCodec.write(out, sync);
        } else if (message instanceof AwaitVersion await) {
            out.u8(AWAIT_VERSION);
            out.actor(await.actor());
            out.varint(await.version());
            out.varint(await.timeoutMillis());
        } else if (message instanceof VersionHeld held) {
            out.u8(VERSION_HELD);
            out.actor(held.actor());
            out.varint(held.version());
        }
        return out.toBytes();
    }

    /**
     * Decodes one message.
     *
     * @throws ProtocolException if the bytes are not exactly one message of this version
     */
    public static Message decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new ProtocolException("format version " + version + ", this node speaks " + VERSION
                    + ": run the same release on all nodes");
        }
        int type = in.u8();
        try {
            Message message =
                    switch (type) {
                        case SWIM -> readSwim(in);
                        case PUSH_PULL -> new PushPull(readMember(in), readMembers(in));
                        case CHANGES -> new Changes(ChangeCodec.read(in));
                        case EMPTY_VERSIONS -> new EmptyVersions(in.actor(), readRanges(in));
                        case VERSION_HEAD -> new VersionHead(in.actor(), in.number());
                        case AWAIT_VERSION -> new AwaitVersion(in.actor(), in.number(), in.number());
                        case VERSION_HELD -> new VersionHeld(in.actor(), in.number());
                        default -> SyncCodec.read(type, in);
                    };
            in.end();
            return message;
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("message of type " + type + ": " + e.getMessage(), e);
        }
    }

    /** The bytes that a record takes in a packet. */
    public static int size(MemberRecord member) {
        ByteWriter out = new ByteWriter(128);
        writeMember(out, member);
        return out.size();
    }

    private static void writeSwim(ByteWriter out, SwimPacket packet) {
        writeMember(out, packet.from());
        if (packet.body() instanceof SwimPacket.Ping ping) {
            out.u8(PING);
            out.varint(ping.probe());
            out.actor(ping.target());
            writeOptional(out, ping.relayTo());
        } else if (packet.body() instanceof SwimPacket.Ack ack) {
            out.u8(ACK);
            out.varint(ack.probe());
            out.actor(ack.subject());
            writeOptional(out, ack.relayTo());
        } else if (packet.body() instanceof SwimPacket.PingRequest request) {
            out.u8(PING_REQUEST);
            out.varint(request.probe());
            out.actor(request.target());
            out.address(request.address());
        } else {
            out.u8(GOSSIP);
        }
        writeMembers(out, packet.gossip());
    }

    private static SwimPacket readSwim(ByteReader in) {
        MemberRecord from = readMember(in);
        int type = in.u8();
        SwimPacket.Body body =
                switch (type) {
                    case GOSSIP -> new SwimPacket.Gossip();
                    case PING -> new SwimPacket.Ping(in.varint(), in.actor(), readOptional(in));
                    case ACK -> new SwimPacket.Ack(in.varint(), in.actor(), readOptional(in));
                    case PING_REQUEST -> new SwimPacket.PingRequest(in.varint(), in.actor(), in.address());
                    default -> throw new ProtocolException("unknown kind of membership packet " + type);
                };
        return new SwimPacket(from, body, readMembers(in));
    }

    private static void writeOptional(ByteWriter out, @Nullable InetSocketAddress address) {
        out.bool(address != null);
        if (address != null) {
            out.address(address);
        }
    }

    private static @Nullable InetSocketAddress readOptional(ByteReader in) {
        return in.bool() ? in.address() : null;
    }

    private static void writeMember(ByteWriter out, MemberRecord member) {
        out.actor(member.id());
        out.text(member.name());
        out.address(member.address());
        out.varint(member.startedAt());
        out.varint(member.incarnation());
        out.u8(STATES.indexOf(member.state()));
    }

    private static MemberRecord readMember(ByteReader in) {
        ActorId id = in.actor();
        String name = in.text();
        if (name.getBytes(StandardCharsets.UTF_8).length > MemberRecord.MAX_NAME_BYTES) {
            throw new ProtocolException("a member name of more than " + MemberRecord.MAX_NAME_BYTES + " bytes");
        }
        InetSocketAddress address = in.address();
        long startedAt = in.number();
        long incarnation = in.number();
        int state = in.u8();
        if (state >= STATES.size()) {
            throw new ProtocolException("unknown member state " + state);
        }
        return new MemberRecord(id, name, address, startedAt, incarnation, STATES.get(state));
    }

    private static void writeMembers(ByteWriter out, List<MemberRecord> members) {
        out.varint(members.size());
        members.forEach(member -> writeMember(out, member));
    }

    private static List<MemberRecord> readMembers(ByteReader in) {
        int count = in.count(MIN_MEMBER_BYTES);
        List<MemberRecord> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(readMember(in));
        }
        return members;
    }

    static void writeRanges(ByteWriter out, List<VersionRange> ranges) {
        out.varint(ranges.size());
        for (VersionRange range : ranges) {
            out.varint(range.first());
            out.varint(range.size());
        }
    }

    static List<VersionRange> readRanges(ByteReader in) {
        int count = in.count(2);
        List<VersionRange> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long first = in.number();
            ranges.add(new VersionRange(first, first + in.number() - 1));
        }
        return ranges;
    }
}
