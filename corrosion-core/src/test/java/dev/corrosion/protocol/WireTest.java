package dev.corrosion.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.KeyRange;
import dev.corrosion.crdt.RowDigest;
import dev.corrosion.crdt.RowKey;
import dev.corrosion.crdt.RowState;
import dev.corrosion.crdt.SiteStamp;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {

    private static final ActorId A = new ActorId(new UUID(-1, 1));
    private static final ActorId B = new ActorId(new UUID(2, Long.MIN_VALUE));
    private static final InetSocketAddress V4 = new InetSocketAddress(address(10, 0, 0, 1), 8787);
    private static final InetSocketAddress V6 =
            new InetSocketAddress(address(32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), 65535);
    private static final MemberRecord MEMBER =
            new MemberRecord(A, "größe", "fra", V4, 1_700_000_000_000L, 7, Member.State.DOWN);
    private static final MemberRecord OTHER = new MemberRecord(B, "", V6, 0, ByteReader.MAX_NUMBER, Member.State.ALIVE);
    private static final MemberRecord SUSPECT = MEMBER.with(Member.State.SUSPECT);

    private static final Map<ActorId, ActorVersions> HOLDS = Map.of(
            A,
            ActorVersions.NONE,
            B,
            new ActorVersions(90, RangeSet.EMPTY.plus(3, 4).plus(80, 90)));

    private static final RowKey KEY = new RowKey(new byte[] {1, 9, 1});
    private static final TableScope SCOPE = new TableScope("größe", -1, List.of("a", "b"));

    static Stream<Message> messages() {
        return Stream.of(
                new SwimPacket(MEMBER, new SwimPacket.Gossip(), List.of()),
                new SwimPacket(
                        OTHER,
                        new SwimPacket.Ping(Long.MAX_VALUE, A),
                        List.of(new Rumor(SUSPECT, B), new Rumor(SUSPECT), new Rumor(OTHER))),
                new SwimPacket(MEMBER, new SwimPacket.Ack(0, B), List.of(new Rumor(OTHER))),
                new SwimPacket(MEMBER, new SwimPacket.Nack(7, B), List.of()),
                new SwimPacket(MEMBER, new SwimPacket.PingRequest(300, B, V6), List.of()),
                new PushPull(MEMBER, -2, List.of(OTHER)),
                new PushPull(OTHER, 0, List.of()),
                new EmptyVersions(A, List.of(new VersionRange(1, 1), new VersionRange(5, ByteReader.MAX_NUMBER))),
                new VersionHead(B, 1L << 40),
                new Have(List.of(new VersionId(A, 1), new VersionId(A, 2), new VersionId(A, 9), new VersionId(B, 1))),
                new Want(List.of(new VersionId(B, 1L << 40))),
                new SyncDigest(new Fingerprint(-1, 1), new Fingerprint(Long.MIN_VALUE, 7)),
                new SyncEqual(),
                new SyncBuckets(List.of(1L, -1L, 0L, Long.MAX_VALUE), new Fingerprint(3, 4)),
                SyncRequest.ofAll(HOLDS, new Horizon(Map.of(A, 7L), Map.of("todo", 4L))),
                new SyncRequest(8, Set.of(0, 9, 255), -5, HOLDS, new Fingerprint(5, 6), null),
                new SyncHolds(HOLDS, 1L << 40),
                new SyncFetch(
                        List.of(new SyncFetch.Wanted(
                                B, RangeSet.EMPTY.plus(3, 4).plus(80, 90))),
                        Fingerprint.NONE),
                new SnapshotRequest("", 0),
                new SnapshotRequest("ab12", 1L << 40),
                new SnapshotPending(),
                new SnapshotHeader("ab12", 1L << 40, 7),
                new SnapshotChunk(3, new byte[] {1, 2}),
                new VerifyRanges(
                        new Fingerprint(8, 9),
                        List.of(
                                new VerifyRanges.Range(SCOPE, KeyRange.ALL, 0, Fingerprint.NONE),
                                new VerifyRanges.Range(
                                        new TableScope("t", 0, null),
                                        new KeyRange(KEY, KEY),
                                        1L << 40,
                                        new Fingerprint(-1, 1)))),
                new VerifyFound(List.of(
                        new VerifyFound.Equal(),
                        new VerifyFound.NoTable(),
                        new VerifyFound.Parts(List.of(new VerifyFound.Part(KEY, 9, new Fingerprint(1, -1))), true),
                        new VerifyFound.Rows(List.of(new RowDigest(KEY, new Fingerprint(3, 4)))),
                        new VerifyFound.OtherSchema(Long.MIN_VALUE, Map.of("größe", -1L, "b", 7L)))),
                new VerifyRows(new Fingerprint(8, 9), SCOPE, List.of(KEY, RowKey.NONE)),
                new VerifyStates(HOLDS, List.of()),
                new VerifyRepair(
                        Fingerprint.NONE,
                        SCOPE,
                        HOLDS,
                        List.of(new RowState(
                                KEY, -3, true, false, new SiteStamp(-1, A, Long.MIN_VALUE, -7, ""), cells()))),
                new Collected(new Horizon(Map.of(B, 1L << 40), Map.of()), true),
                new AwaitVersion(A, 1L << 40, 5000),
                new VersionHeld(B, 1),
                new Changes(List.of(
                        new VersionPart(A, 3, 0, 5, true, changes()), new VersionPart(B, 9, 7, 7, false, List.of()))));
    }

    private static List<RowState.Cell> cells() {
        return changes().stream()
                .map(change -> new RowState.Cell(
                        change.cid(),
                        change.val() == null ? null : new SiteStamp(2, B, 1L << 40, 3, "1700"),
                        change.val()))
                .toList();
    }

    private static List<Change> changes() {
        return Stream.of(
                        null,
                        Long.MIN_VALUE,
                        -1L,
                        0L,
                        Long.MAX_VALUE,
                        -0.0,
                        Double.MIN_VALUE,
                        "",
                        "a\0ü😀",
                        new byte[0],
                        new byte[] {0, -1})
                .map(value -> new Change("t", new byte[] {1, 9, 1}, "c", value, 2, 3, A, 1, 4, "1700"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageComesBackAsItWas(Message message) {
        assertThat(Wire.decode(Wire.encode(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyTruncationIsRefused(Message message) {
        byte[] bytes = Wire.encode(message);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> Wire.decode(cut));
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> Wire.decode(longer));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void noBytesDoAnythingButDecodeOrBeRefused(Message message) {
        Random random = new Random(42);
        byte[] bytes = Wire.encode(message);
        for (int round = 0; round < 5_000; round++) {
            byte[] mutated = bytes.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                Wire.decode(mutated);
            } catch (ProtocolException expected) {
                assertThat(expected).hasMessageMatching("(?s).+");
            }
        }
    }

    @Test
    void anotherFormatVersionIsNamed() {
        byte[] bytes = Wire.encode(new VersionHead(A, 1));
        bytes[0] = 2;
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Wire.decode(bytes))
                .withMessageContaining("format version 2");
    }

    @Test
    void numbersThatWouldOverflowAreRefused() {
        byte[] bytes = Wire.encode(new VersionHead(A, Long.MAX_VALUE));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Wire.decode(bytes))
                .withMessageContaining("out of bounds");
    }

    @Test
    void aShortRunCannotStandForMoreVersionsThanAMessageMayHave() {
        byte[] bytes = Wire.encode(new Have(List.of(new VersionId(A, 1))));
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length - 1] = (byte) 0x81;
        longer[bytes.length] = 0x04;
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Wire.decode(longer))
                .withMessageContaining("more than 512 versions");
    }

    @Test
    void aFullyAddressedPacketLeavesRoomForGossipInADatagram() {
        MemberRecord largest = new MemberRecord(
                A,
                "x".repeat(MemberRecord.MAX_NAME_BYTES),
                "y".repeat(Member.MAX_REGION_BYTES),
                V6,
                -1,
                -1,
                Member.State.SUSPECT);
        SwimPacket.Body body = new SwimPacket.PingRequest(-1, A, V6);
        Rumor rumor = new Rumor(largest, B);
        byte[] bytes = Wire.encode(new SwimPacket(largest, body, List.of(rumor, rumor)));
        assertThat(bytes.length).isLessThan(Transport.MAX_DATAGRAM_BYTES / 2);
        assertThat(bytes.length)
                .isLessThanOrEqualTo(
                        SwimCodec.MAX_PACKET_OVERHEAD + SwimCodec.size(largest) + 2 * SwimCodec.size(rumor));
    }

    @Test
    void aRegionThatIsTooLongIsRefused() {
        MemberRecord lost =
                new MemberRecord(A, "", "z".repeat(Member.MAX_REGION_BYTES + 1), V4, 0, 0, Member.State.ALIVE);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Wire.decode(Wire.encode(new PushPull(lost, 0, List.of()))))
                .withMessageContaining("region");
    }

    private static InetAddress address(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
