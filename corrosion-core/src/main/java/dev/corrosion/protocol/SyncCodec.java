package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.RangeSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The bytes of the messages of anti-entropy, behind the format version: the type, then the fields. */
final class SyncCodec {

    private static final int REQUEST = 6;
    private static final int COLLECTED = 7;
    private static final int DIGEST = 30;
    private static final int EQUAL = 31;
    private static final int BUCKETS = 32;
    private static final int HOLDS = 33;
    private static final int FETCH = 34;
    static final int SNAPSHOT_REQUEST = 35;
    private static final int SNAPSHOT_PENDING = 36;
    private static final int SNAPSHOT_HEADER = 37;
    private static final int SNAPSHOT_CHUNK = 38;

    private SyncCodec() {}

    static void write(ByteWriter out, SyncMessage message) {
        if (message instanceof SyncDigest digest) {
            out.u8(DIGEST);
            writeFingerprint(out, digest.holds());
            writeFingerprint(out, digest.horizon());
        } else if (message instanceof SyncEqual) {
            out.u8(EQUAL);
        } else if (message instanceof SyncBuckets buckets) {
            out.u8(BUCKETS);
            out.varint(buckets.sums().size());
            buckets.sums().forEach(out::fixed64);
            writeFingerprint(out, buckets.horizon());
        } else if (message instanceof SyncRequest request) {
            out.u8(REQUEST);
            writeRequest(out, request);
        } else if (message instanceof Collected collected) {
            out.u8(COLLECTED);
            writeHorizon(out, collected.horizon());
            out.bool(collected.behind());
        } else if (message instanceof SyncHolds holds) {
            out.u8(HOLDS);
            writeHolds(out, holds.holds());
            out.varint(holds.databaseBytes());
        } else if (message instanceof SyncFetch fetch) {
            out.u8(FETCH);
            out.varint(fetch.wanted().size());
            for (SyncFetch.Wanted wanted : fetch.wanted()) {
                out.actor(wanted.actor());
                Wire.writeRanges(out, wanted.versions().ranges());
            }
            writeFingerprint(out, fetch.horizon());
        } else if (message instanceof VerifyMessage verify) {
            VerifyCodec.write(out, verify);
        } else {
            writeSnapshot(out, message);
        }
    }

    private static void writeSnapshot(ByteWriter out, SyncMessage message) {
        if (message instanceof SnapshotRequest request) {
            out.u8(SNAPSHOT_REQUEST);
            out.text(request.sha256());
            out.varint(request.offset());
        } else if (message instanceof SnapshotPending) {
            out.u8(SNAPSHOT_PENDING);
        } else if (message instanceof SnapshotHeader header) {
            out.u8(SNAPSHOT_HEADER);
            out.text(header.sha256());
            out.varint(header.bytes());
            out.varint(header.offset());
        } else if (message instanceof SnapshotChunk chunk) {
            out.u8(SNAPSHOT_CHUNK);
            out.varint(chunk.bytes());
            out.blob(chunk.deflated());
        }
    }

    static SyncMessage read(int type, ByteReader in) {
        return switch (type) {
            case DIGEST -> new SyncDigest(readFingerprint(in), readFingerprint(in));
            case EQUAL -> new SyncEqual();
            case BUCKETS -> new SyncBuckets(readSums(in), readFingerprint(in));
            case REQUEST -> readRequest(in);
            case COLLECTED -> new Collected(readHorizon(in), in.bool());
            case HOLDS -> new SyncHolds(readHolds(in), in.number());
            case FETCH -> new SyncFetch(readWanted(in), readFingerprint(in));
            case SNAPSHOT_REQUEST -> new SnapshotRequest(in.text(), in.number());
            case SNAPSHOT_PENDING -> new SnapshotPending();
            case SNAPSHOT_HEADER -> new SnapshotHeader(in.text(), in.number(), in.number());
            case SNAPSHOT_CHUNK -> new SnapshotChunk((int) Math.min(Integer.MAX_VALUE, in.number()), in.blob());
            default -> VerifyCodec.read(type, in);
        };
    }

    private static void writeRequest(ByteWriter out, SyncRequest request) {
        out.u8(request.bits());
        out.varint(request.buckets().size());
        new TreeSet<>(request.buckets()).forEach(out::u8);
        out.fixed64(request.rest());
        writeHolds(out, request.holds());
        writeFingerprint(out, request.horizon());
        Horizon collected = request.collected();
        out.bool(collected != null);
        if (collected != null) {
            writeHorizon(out, collected);
        }
    }

    private static SyncRequest readRequest(ByteReader in) {
        int bits = in.u8();
        Set<Integer> buckets = new HashSet<>();
        for (int i = in.count(1); i > 0; i--) {
            buckets.add(in.u8());
        }
        return new SyncRequest(
                bits, buckets, in.fixed64(), readHolds(in), readFingerprint(in), in.bool() ? readHorizon(in) : null);
    }

    private static List<Long> readSums(ByteReader in) {
        int count = in.count(Long.BYTES);
        List<Long> sums = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sums.add(in.fixed64());
        }
        return sums;
    }

    private static List<SyncFetch.Wanted> readWanted(ByteReader in) {
        int count = in.count(ActorId.BYTES + 1);
        List<SyncFetch.Wanted> wanted = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            wanted.add(new SyncFetch.Wanted(in.actor(), RangeSet.of(Wire.readRanges(in))));
        }
        return wanted;
    }

    static void writeFingerprint(ByteWriter out, Fingerprint fingerprint) {
        out.fixed64(fingerprint.high());
        out.fixed64(fingerprint.low());
    }

    static Fingerprint readFingerprint(ByteReader in) {
        return new Fingerprint(in.fixed64(), in.fixed64());
    }

    static void writeHolds(ByteWriter out, Map<ActorId, ActorVersions> holds) {
        out.varint(holds.size());
        holds.forEach((actor, versions) -> {
            out.actor(actor);
            out.varint(versions.head());
            Wire.writeRanges(out, versions.gaps().ranges());
        });
    }

    static Map<ActorId, ActorVersions> readHolds(ByteReader in) {
        int count = in.count(ActorId.BYTES + 2);
        Map<ActorId, ActorVersions> holds = new HashMap<>();
        for (int i = 0; i < count; i++) {
            holds.put(in.actor(), new ActorVersions(in.number(), RangeSet.of(Wire.readRanges(in))));
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
