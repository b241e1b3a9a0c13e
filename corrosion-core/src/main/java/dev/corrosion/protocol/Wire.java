package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.ledger.VersionRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    private static final int SYNC_REQUEST = 6;
    private static final int COLLECTED = 7;
    private static final int AWAIT_VERSION = 20;
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
        } else if (message instanceof SyncRequest request) {
            out.u8(SYNC_REQUEST);
            writeHolds(out, request.holds());
            writeHorizon(out, request.horizon());
        } else if (message instanceof Collected collected) {
            out.u8(COLLECTED);
            writeHorizon(out, collected.horizon());
            out.bool(collected.behind());
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
                        case SYNC_REQUEST -> new SyncRequest(readHolds(in), readHorizon(in));
                        case AWAIT_VERSION -> new AwaitVersion(in.actor(), in.number(), in.number());
                        case VERSION_HELD -> new VersionHeld(in.actor(), in.number());
                        case COLLECTED -> new Collected(readHorizon(in), in.bool());
                        case HAVE -> new Have(BroadcastCodec.read(in));
                        case WANT -> new Want(BroadcastCodec.read(in));
                        default -> throw new ProtocolException("unknown message type " + type);
                    };
            in.end();
            return message;
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("message of type " + type + ": " + e.getMessage(), e);
        }
    }

    private static void writeRanges(ByteWriter out, List<VersionRange> ranges) {
        out.varint(ranges.size());
        for (VersionRange range : ranges) {
            out.varint(range.first());
            out.varint(range.size());
        }
    }

    private static List<VersionRange> readRanges(ByteReader in) {
        int count = in.count(2);
        List<VersionRange> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long first = in.number();
            ranges.add(new VersionRange(first, first + in.number() - 1));
        }
        return ranges;
    }

    private static void writeHolds(ByteWriter out, Map<ActorId, ActorVersions> holds) {
        out.varint(holds.size());
        holds.forEach((actor, versions) -> {
            out.actor(actor);
            out.varint(versions.head());
            writeRanges(out, versions.gaps().ranges());
        });
    }

    private static Map<ActorId, ActorVersions> readHolds(ByteReader in) {
        int count = in.count(ActorId.BYTES + 2);
        Map<ActorId, ActorVersions> holds = new HashMap<>();
        for (int i = 0; i < count; i++) {
            holds.put(in.actor(), new ActorVersions(in.number(), RangeSet.of(readRanges(in))));
        }
        return holds;
    }

    private static void writeHorizon(ByteWriter out, Horizon horizon) {
        out.varint(horizon.versions().size());
        horizon.versions().forEach((actor, version) -> {
            out.actor(actor);
            out.varint(version);
        });
        out.varint(horizon.floors().size());
        horizon.floors().forEach((table, cl) -> {
            out.text(table);
            out.varint(cl);
        });
    }

    private static Horizon readHorizon(ByteReader in) {
        Map<ActorId, Long> versions = new HashMap<>();
        for (int i = in.count(ActorId.BYTES + 1); i > 0; i--) {
            versions.put(in.actor(), in.number());
        }
        Map<String, Long> floors = new HashMap<>();
        for (int i = in.count(2); i > 0; i--) {
            floors.put(in.text(), in.number());
        }
        return new Horizon(versions, floors);
    }
}
