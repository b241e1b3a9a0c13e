package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The messages of membership to bytes and back, without the two bytes that {@link Wire} puts before each message. */
public final class SwimCodec {

    /**
     * The most that a packet takes beside its sender's record and its gossip: version and type, the kind, a ping request
     * with an IPv6 address, and the number of rumors.
     */
    public static final int MAX_PACKET_OVERHEAD = 2 + 1 + 10 + ActorId.BYTES + 20 + 5;

    private static final int GOSSIP = 0;
    private static final int PING = 1;
    private static final int ACK = 2;
    private static final int PING_REQUEST = 3;
    private static final int NACK = 4;

    /** Least size of an encoded {@link MemberRecord}: id, two texts, an IPv4 address with port, three numbers. */
    private static final int MIN_MEMBER_BYTES = ActorId.BYTES + 2 + 6 + 3;

    /** Set beside the state of a suspect whose accuser follows. */
    private static final int ACCUSED = 0x80;

    /** States by their number on the wire. */
    private static final List<Member.State> STATES =
            List.of(Member.State.ALIVE, Member.State.SUSPECT, Member.State.DOWN, Member.State.LEFT);

    private SwimCodec() {}

    /** The bytes that a record takes in a packet. */
    public static int size(MemberRecord member) {
        ByteWriter out = new ByteWriter(128);
        writeMember(out, member, 0);
        return out.size();
    }

    /** The bytes that a rumor takes in a packet. */
    public static int size(Rumor rumor) {
        return size(rumor.member()) + (rumor.accuser() == null ? 0 : ActorId.BYTES);
    }

    static void write(ByteWriter out, SwimPacket packet) {
        writeMember(out, packet.from(), 0);
        writeBody(out, packet.body());
        out.varint(packet.gossip().size());
        for (Rumor rumor : packet.gossip()) {
            ActorId accuser = rumor.accuser();
            writeMember(out, rumor.member(), accuser == null ? 0 : ACCUSED);
            if (accuser != null) {
                out.actor(accuser);
            }
        }
    }

    static SwimPacket readPacket(ByteReader in) {
        MemberRecord from = readMember(in);
        SwimPacket.Body body = readBody(in);
        int count = in.count(MIN_MEMBER_BYTES);
        List<Rumor> gossip = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            gossip.add(readRumor(in));
        }
        return new SwimPacket(from, body, gossip);
    }

    static void write(ByteWriter out, PushPull view) {
        writeMember(out, view.from(), 0);
        out.fixed64(view.digest());
        out.varint(view.members().size());
        view.members().forEach(member -> writeMember(out, member, 0));
    }

    static PushPull readView(ByteReader in) {
        MemberRecord from = readMember(in);
        long digest = in.fixed64();
        int count = in.count(MIN_MEMBER_BYTES);
        List<MemberRecord> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(readMember(in));
        }
        return new PushPull(from, digest, members);
    }

    private static void writeBody(ByteWriter out, SwimPacket.Body body) {
        if (body instanceof SwimPacket.Ping ping) {
            question(out, PING, ping.probe(), ping.target());
        } else if (body instanceof SwimPacket.Ack ack) {
            question(out, ACK, ack.probe(), ack.subject());
        } else if (body instanceof SwimPacket.Nack nack) {
            question(out, NACK, nack.probe(), nack.subject());
        } else if (body instanceof SwimPacket.PingRequest request) {
            question(out, PING_REQUEST, request.probe(), request.target());
            out.address(request.address());
        } else {
            out.u8(GOSSIP);
        }
    }

    private static void question(ByteWriter out, int kind, long probe, ActorId subject) {
        out.u8(kind);
        out.varint(probe);
        out.actor(subject);
    }

    private static SwimPacket.Body readBody(ByteReader in) {
        int kind = in.u8();
        return switch (kind) {
            case GOSSIP -> new SwimPacket.Gossip();
            case PING -> new SwimPacket.Ping(in.varint(), in.actor());
            case ACK -> new SwimPacket.Ack(in.varint(), in.actor());
            case NACK -> new SwimPacket.Nack(in.varint(), in.actor());
            case PING_REQUEST -> new SwimPacket.PingRequest(in.varint(), in.actor(), in.address());
            default -> throw new ProtocolException("unknown kind of membership packet " + kind);
        };
    }

    private static void writeMember(ByteWriter out, MemberRecord member, int flags) {
        out.actor(member.id());
        out.text(member.name());
        out.text(member.region());
        out.address(member.address());
        out.varint(member.startedAt());
        out.varint(member.incarnation());
        out.u8(STATES.indexOf(member.state()) | flags);
    }

    private static MemberRecord readMember(ByteReader in) {
        Rumor rumor = readRumor(in);
        if (rumor.accuser() != null) {
            throw new ProtocolException("an accuser where none belongs");
        }
        return rumor.member();
    }

    private static Rumor readRumor(ByteReader in) {
        ActorId id = in.actor();
        String name = text(in, MemberRecord.MAX_NAME_BYTES, "name");
        String region = text(in, Member.MAX_REGION_BYTES, "region");
        InetSocketAddress address = in.address();
        long startedAt = in.number();
        long incarnation = in.number();
        int state = in.u8();
        if ((state & ~ACCUSED) >= STATES.size()) {
            throw new ProtocolException("unknown member state " + state);
        }
        MemberRecord member =
                new MemberRecord(id, name, region, address, startedAt, incarnation, STATES.get(state & ~ACCUSED));
        return new Rumor(member, (state & ACCUSED) == 0 ? null : in.actor());
    }

    private static String text(ByteReader in, int maxBytes, String what) {
        String text = in.text();
        if (text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw new ProtocolException("a member's " + what + " of more than " + maxBytes + " bytes");
        }
        return text;
    }
}
