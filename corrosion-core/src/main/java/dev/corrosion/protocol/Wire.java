package dev.corrosion.protocol;

import dev.corrosion.ledger.VersionRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages to bytes and back: one byte of format version, one of message type, then the fields. Described in
 * docs/protocol.md.
 */
public final class Wire {

    /** The format that this code speaks. */
    public static final int VERSION = 1;

    static final int SWIM = 1;
    static final int PUSH_PULL = 2;
    private static final int CHANGES = 3;
    private static final int EMPTY_VERSIONS = 4;
    private static final int VERSION_HEAD = 5;
    static final int AWAIT_VERSION = 20;
    private static final int VERSION_HELD = 21;
    private static final int HAVE = 8;
    private static final int WANT = 9;

    private Wire() {}

    public static byte[] encode(Message message) {
        ByteWriter out = new ByteWriter(256);
        out.u8(VERSION);
        if (message instanceof SwimPacket packet) {
            out.u8(SWIM);
            SwimCodec.write(out, packet);
        } else if (message instanceof PushPull pushPull) {
            out.u8(PUSH_PULL);
            SwimCodec.write(out, pushPull);
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
        } else if (message instanceof Have have) {
            out.u8(HAVE);
            BroadcastCodec.write(out, have.versions());
        } else if (message instanceof Want want) {
            out.u8(WANT);
            BroadcastCodec.write(out, want.versions());
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
                        case SWIM -> SwimCodec.readPacket(in);
                        case PUSH_PULL -> SwimCodec.readView(in);
                        case CHANGES -> new Changes(ChangeCodec.read(in));
                        case EMPTY_VERSIONS -> new EmptyVersions(in.actor(), readRanges(in));
                        case VERSION_HEAD -> new VersionHead(in.actor(), in.number());
                        case AWAIT_VERSION -> new AwaitVersion(in.actor(), in.number(), in.number());
                        case VERSION_HELD -> new VersionHeld(in.actor(), in.number());
                        case HAVE -> new Have(BroadcastCodec.read(in));
                        case WANT -> new Want(BroadcastCodec.read(in));
                        default -> SyncCodec.read(type, in);
                    };
            in.end();
            return message;
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("message of type " + type + ": " + e.getMessage(), e);
        }
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
