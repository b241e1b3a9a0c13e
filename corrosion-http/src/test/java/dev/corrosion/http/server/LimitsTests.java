package dev.corrosion.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Statement;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.http.HttpApiLimits;
import dev.corrosion.http.HttpApiOptions;
import dev.corrosion.http.server.TestServer.Lines;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients may take, and what becomes of those that take more. */
@NullUnmarked
class LimitsTests {

    private static final String ENDLESS =
            "\"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n\"";

    @TempDir
    Path directory;

    private TestServer node;

    @BeforeEach
    void start() {
        node = new TestServer(
                directory,
                new HttpApiOptions(List.of(), true, new HttpApiLimits(10_000, 5, 2, 2, 1000, Duration.ofSeconds(2))),
                new HttpServerOptions(
                        "127.0.0.1", 0, null, false, 20, 4096, Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** With the line ends of HTTP. */
    private static byte[] bytes(String text) {
        return text.replaceAll("\r?\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Sends bytes, and reads until the server closes. */
    private String raw(String... parts) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            socket.setSoTimeout(10_000);
            for (String part : parts) {
                socket.getOutputStream().write(bytes(part));
                socket.getOutputStream().flush();
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void aBodyThatIsTooLargeIs413AndIsNotReadToItsEnd() throws IOException {
        assertThat(node.post("/v1/transactions", "[\"" + "x".repeat(20_000) + "\"]")
                        .statusCode())
                .isEqualTo(413);
        String chunk = "2000\n" + "x".repeat(0x2000) + "\n";
        String head = """
                POST /v1/queries HTTP/1.1
                Host: localhost
                Content-Type: application/json
                Transfer-Encoding: chunked

                """;
        assertThat(raw(head, chunk, chunk)).startsWith("HTTP/1.1 413");
    }

    @Test
    void aBodyThatDoesNotComeIs408() throws IOException {
        assertThat(raw("""
                POST /v1/queries HTTP/1.1
                Host: localhost
                Content-Type: application/json
                Content-Length: 10

                "SEL""")).startsWith("HTTP/1.1 408");
    }

    @Test
    void headersAreBoundedAndAConnectionThatSaysNothingIsClosed() throws IOException {
        assertThat(raw("GET /v1/health HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(5000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(raw("GET /" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 414");
        assertThat(raw()).isEmpty();
        assertThat(raw("GET /v1/health HTTP/1.1\r\nHo")).isEmpty();
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        String answers = raw("""
                GET /v1/health HTTP/1.1
                Host: localhost

                GET /v1/nothing HTTP/1.1
                Host: localhost

                GET /v1/health HTTP/1.1
                Host: localhost
                Connection: close

                """);

        assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(4).satisfies(all -> assertThat(
                        List.of(all[1].substring(0, 3), all[2].substring(0, 3), all[3].substring(0, 3)))
                .containsExactly("200", "404", "200"));
    }

    @Test
    void aClientOfTheOldHttpGetsABodyThatEndsWithTheConnection() throws IOException {
        assertThat(raw("""
                        POST /v1/queries HTTP/1.0
                        Content-Type: application/json
                        Content-Length: 10

                        "SELECT 1\""""))
                .startsWith("HTTP/1.1 200")
                .doesNotContain("chunked")
                .contains("\r\n\r\n{\"columns\":[\"1\"]}\n{\"row\":[1,[1]]}\n");
    }

    @Test
    void moreRequestsThanMayBeWorkedOnAre503AndMayComeLater() {
        List<CompletableFuture<HttpResponse<String>>> busy = List.of(
                CompletableFuture.supplyAsync(() -> node.post("/v1/queries", ENDLESS)),
                CompletableFuture.supplyAsync(() -> node.post("/v1/queries", ENDLESS)));

        await().untilAsserted(() -> {
            HttpResponse<String> shed = node.post("/v1/queries", "\"SELECT 1\"");
            assertThat(shed.statusCode()).isEqualTo(503);
            assertThat(shed.headers().firstValue("retry-after")).contains("1");
        });
        assertThat(node.get("/v1/health").statusCode()).isEqualTo(200);
        busy.forEach(CompletableFuture::join);
        await().untilAsserted(() -> assertThat(
                        node.post("/v1/queries", "\"SELECT 1\"").statusCode())
                .isEqualTo(200));
    }

    @Test
    void moreStreamsThanMayBeOpenAre503UntilOneIsClosed() throws Exception {
        try (Lines first = node.streamPost("/v1/subscriptions", "\"SELECT id FROM todo\"")) {
            try (Lines second = node.streamPost("/v1/updates/todo", "")) {
                assertThat(first.status()).isEqualTo(200);
                assertThat(second.status()).isEqualTo(200);
                assertThat(node.post("/v1/updates/todo", "").statusCode()).isEqualTo(503);
            }
            await().untilAsserted(() -> {
                try (Lines third = node.streamPost("/v1/updates/todo", "")) {
                    assertThat(third.status()).isEqualTo(200);
                }
            });
        }
    }

    @Test
    void moreSubscribersThanTheNodeHasPlacesForAre503AndMayComeLater() throws Exception {
        node.close();
        node = new TestServer(
                directory,
                HttpApiOptions.DEFAULT,
                HttpServerOptions.of("127.0.0.1", 0),
                SubscriptionLimits.builder().subscribers(1).build());
        try (Lines first = node.streamPost("/v1/subscriptions", "\"SELECT id FROM todo\"")) {
            assertThat(first.status()).isEqualTo(200);

            HttpResponse<String> refused = node.post("/v1/subscriptions", "\"SELECT title FROM todo\"");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).contains("1");
            assertThat(refused.body()).contains("there are already 1 subscribers");
        }
        await().untilAsserted(() -> {
            try (Lines later = node.streamPost("/v1/subscriptions", "\"SELECT title FROM todo\"")) {
                assertThat(later.status()).isEqualTo(200);
            }
        });
    }

    @Test
    void statementsAndRowsAreBounded() {
        String six = "[" + "\"DELETE FROM todo\",".repeat(5) + "\"DELETE FROM todo\"]";
        assertThat(node.post("/v1/transactions", six).statusCode()).isEqualTo(400);
        assertThat(node.post(
                                "/v1/queries",
                                "\"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                        + " WHERE i < 1001) SELECT i FROM n\"")
                        .body())
                .endsWith("{\"error\":\"the result has more than 1000 rows, the limit of the server\"}\n");
    }

    @Test
    void webPagesOfOthersCannotReachAServerWithoutTokens() throws IOException {
        assertThat(raw("""
                GET /v1/health HTTP/1.1
                Host: evil.example:80
                Connection: close

                """)).startsWith("HTTP/1.1 421");
        assertThat(raw("""
                POST /v1/transactions HTTP/1.1
                Host: localhost
                Content-Type: text/plain
                Content-Length: 2
                Connection: close

                []""")).startsWith("HTTP/1.1 415");
    }

    @Test
    void aClientThatTakesNothingIsCutOff() throws Exception {
        node.corrosion.write(Statement.of("INSERT INTO todo (id, data) VALUES (1, zeroblob(1000000))"));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(node.server.address());
            String query = "\"SELECT a.data FROM todo a, (VALUES (1), (2), (3), (4), (5), (6), (7), (8))\"";
            String head = """
                    POST /v1/queries HTTP/1.1
                    Host: localhost
                    Content-Type: application/json
                    Content-Length: %d

                    """.formatted(query.length());
            socket.getOutputStream().write(bytes(head + query));
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo('H');

            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(node.openConnections()).isZero());
        }
    }
}
