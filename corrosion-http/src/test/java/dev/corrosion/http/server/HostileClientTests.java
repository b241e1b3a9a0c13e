package dev.corrosion.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.http.HttpApiLimits;
import dev.corrosion.http.HttpApiOptions;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that want nothing but to hold the server up: each is cut off, and others are served meanwhile and afterwards. */
@NullUnmarked
@Timeout(60)
class HostileClientTests {

    private static final int MAX_CONNECTIONS = 8;
    private static final int HEADER_BYTES = 4096;

    /** Frames of RFC 9113. */
    private static final int HEADERS = 1;

    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int PING = 6;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /** GET / of http, in HPACK: three entries of the static table. */
    private static final byte[] REQUEST = {(byte) 0x82, (byte) 0x84, (byte) 0x86};

    @TempDir
    Path directory;

    private TestServer node;

    @BeforeEach
    void start() {
        start(2);
    }

    private void restart(int requests) {
        stop();
        start(requests);
    }

    private void start(int requests) {
        node = new TestServer(
                directory,
                new HttpApiOptions(
                        List.of(), true, new HttpApiLimits(1 << 20, 5, requests, 2, 1000, Duration.ofSeconds(2))),
                new HttpServerOptions(
                        "127.0.0.1",
                        0,
                        null,
                        false,
                        MAX_CONNECTIONS,
                        HEADER_BYTES,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2)));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aHeaderInDropsIsCutOffAlthoughSomethingComesAllTheTime() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "GET /v1/health HTTP/1.1\r\nX: ");
            assertThat(dripUntilClosed(socket)).isLessThan(Duration.ofSeconds(10));
        }
        requireServed();
    }

    @Test
    void aBodyInDropsIsCutOffAlthoughSomethingComesAllTheTime() throws Exception {
        try (Socket socket = connect()) {
            send(
                    socket,
                    String.join(
                            "\r\n",
                            "POST /v1/queries HTTP/1.1",
                            "Host: localhost",
                            "Content-Type: application/json",
                            "Content-Length: 100000",
                            "",
                            ""));
            assertThat(dripUntilClosed(socket)).isLessThan(Duration.ofSeconds(10));
        }
        requireServed();
    }

    @Test
    void moreConnectionsThanAllowedAreClosedAndComeInLater() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < MAX_CONNECTIONS; i++) {
                sockets.add(connect());
            }
            await().until(() -> node.openConnections() == MAX_CONNECTIONS);
            try (Socket further = connect()) {
                assertThat(further.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(node.openConnections()).isEqualTo(MAX_CONNECTIONS);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        await().until(() -> node.openConnections() == 0);
        requireServed();
    }

    @Test
    void aBodyOfBracketsIs400() {
        assertThat(node.post("/v1/queries", "[\"SELECT ?\",[" + "[".repeat(500_000))
                        .statusCode())
                .isEqualTo(400);
        requireServed();
    }

    @Test
    void streamsThatAreResetAtOnceEndTheConnection() throws Exception {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int i = 0; i < 2 * Connections.MAX_RESETS; i++) {
            frame(flood, HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, REQUEST);
            frame(flood, RST_STREAM, 0, 2 * i + 1, new byte[4]);
        }
        requireCutOff(flood.toByteArray());
    }

    @Test
    void aHeaderWithoutAnEndEndsTheConnection() throws Exception {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        frame(flood, HEADERS, END_STREAM, 1, REQUEST);
        for (int i = 0; i < 100; i++) {
            frame(flood, CONTINUATION, 0, 1, new byte[] {(byte) 0x82});
        }
        requireCutOff(flood.toByteArray());
    }

    @Test
    void aHugeHeaderInContinuationsEndsTheConnection() throws Exception {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        frame(flood, HEADERS, END_STREAM, 1, REQUEST);
        for (int i = 0; i < 100; i++) {
            frame(flood, CONTINUATION, 0, 1, new byte[16_000]);
        }
        requireCutOff(flood.toByteArray());
    }

    @Test
    void aConnectionThatBeginsRequestsAndEndsNoneGetsAPartOfThePlaces() throws Exception {
        restart(Uploads.MAX + 2);
        ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
        for (int i = 0; i < 2 * Uploads.MAX; i++) {
            frame(unfinished, HEADERS, END_HEADERS, 2 * i + 1, unfinishedQuery());
        }
        try (Http2Client other = new Http2Client(node.port());
                Socket socket = connect()) {
            assertThat(written(socket, preface())).isTrue();
            assertThat(written(socket, unfinished.toByteArray())).isTrue();

            assertThat(answersUntilQuiet(socket)).isEqualTo(Uploads.MAX);
            requireServed();
            assertThat(other.send("POST", "/v1/queries", "\"SELECT 1\"").status())
                    .isEqualTo(200);
            // Those that hold places lose them after a while, and the connection may begin others.
            await().until(() -> other.ping() && answersUntilQuiet(socket) >= Uploads.MAX);
            assertThat(isClosed(socket)).isFalse();
        }
        requireServed();
    }

    @Test
    void moreStreamsThanAConnectionMayHaveEndIt() throws Exception {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int i = 0; i < Connections.MAX_STREAMS + 1000; i++) {
            frame(flood, HEADERS, END_HEADERS, 2 * i + 1, unfinishedQuery());
        }
        requireCutOff(flood.toByteArray());
    }

    /** POST /v1/queries with JSON to come, in HPACK: entries of the static table, and literals that are not to be indexed. */
    private static byte[] unfinishedQuery() {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(new byte[] {(byte) 0x83, (byte) 0x86});
        literal(header, new byte[] {0x04}, "/v1/queries");
        literal(header, new byte[] {0x01}, "localhost");
        literal(header, new byte[] {0x0f, 0x10}, "application/json");
        return header.toByteArray();
    }

    private static void literal(ByteArrayOutputStream header, byte[] name, String value) {
        header.writeBytes(name);
        header.write(value.length());
        header.writeBytes(value.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** How many responses have begun to come, until nothing comes for a moment. */
    private static int answersUntilQuiet(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int answers = 0;
        try {
            while (true) {
                int lengthAndType = in.readInt();
                in.readNBytes(5 + (lengthAndType >>> 8));
                answers += (lengthAndType & 0xff) == HEADERS ? 1 : 0;
                assertThat(lengthAndType & 0xff).isNotEqualTo(GOAWAY);
            }
        } catch (java.net.SocketTimeoutException e) {
            return answers;
        }
    }

    @Test
    void pingsWhoseAnswersAreNotReadEndTheConnection() throws Exception {
        ByteArrayOutputStream pings = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            frame(pings, PING, 0, 0, new byte[8]);
        }
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(node.server.address());
            socket.getOutputStream().write(preface());
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            boolean open = true;
            while (open && System.nanoTime() < end) {
                open = written(socket, pings.toByteArray());
            }
            assertThat(open).isFalse();
        }
        requireServed();
    }

    /** The others have an HTTP/2 connection already, which goes on. */
    private void requireCutOff(byte[] flood) throws Exception {
        try (Http2Client other = new Http2Client(node.port());
                Socket socket = connect()) {
            assertThat(other.send("GET", "/v1/health", "").status()).isEqualTo(200);
            written(socket, preface());
            written(socket, flood);
            await().until(() -> other.ping() && isClosed(socket)); // which also keeps it from being idle
            assertThat(other.send("GET", "/v1/health", "").status()).isEqualTo(200);
        }
        requireServed();
        await().until(() -> node.openConnections() <= 1); // that of the client of HTTP/1.1
    }

    private void requireServed() {
        assertThat(node.post("/v1/queries", "\"SELECT 1\"").statusCode()).isEqualTo(200);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
        socket.setSoTimeout(50);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A byte every now and then; the reading is what waits. */
    private static Duration dripUntilClosed(Socket socket) {
        long start = System.nanoTime();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !written(socket, new byte[] {'x'}) || isClosed(socket));
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Whether they could be written: not if the server has closed. */
    private static boolean written(Socket socket, byte[] bytes) throws IOException {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Whether the server has closed; what it says before is not looked at. */
    private static boolean isClosed(Socket socket) throws IOException {
        try {
            int read = 0;
            while (read >= 0) {
                read = socket.getInputStream().read(new byte[4096]);
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private static byte[] preface() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        frame(out, SETTINGS, 0, 0, new byte[0]);
        return out.toByteArray();
    }

    private static void frame(ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
        out.writeBytes(ByteBuffer.allocate(9)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .array());
        out.writeBytes(payload);
    }
}
