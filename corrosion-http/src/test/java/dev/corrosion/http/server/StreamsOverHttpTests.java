package dev.corrosion.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.Statement;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.http.HttpApiOptions;
import dev.corrosion.http.server.TestServer.Lines;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions and updates over real connections of HTTP/1.1. */
@NullUnmarked
class StreamsOverHttpTests {

    private static final String QUERY = "\"SELECT id, title FROM todo\"";

    @TempDir
    Path directory;

    private TestServer node;

    @BeforeEach
    void start() {
        node = TestServer.start(directory);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void write(String sql) {
        node.corrosion.write(Statement.of(sql));
    }

    private static void skip(Lines lines, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            assertThat(lines.next()).isNotNull();
        }
    }

    @Test
    void aSubscriptionHasColumnsRowsAnEndAndThenEachChange() throws Exception {
        write("INSERT INTO todo (id, title) VALUES (1, 'a')");

        try (Lines lines = node.streamPost("/v1/subscriptions", QUERY)) {
            assertThat(lines.status()).isEqualTo(200);
            assertThat(UUID.fromString(lines.header("corro-query-id"))).isNotNull();
            assertThat(lines.header("corro-query-hash")).matches("[0-9a-f]{16}");
            assertThat(lines.next()).isEqualTo("{\"columns\":[\"id\",\"title\"]}");
            assertThat(lines.next()).isEqualTo("{\"row\":[1,[1,\"a\"]]}");
            assertThat(lines.next()).matches("\\{\"eoq\":\\{\"time\":[0-9.E-]+,\"change_id\":0}}");

            write("INSERT INTO todo (id, title) VALUES (2, 'b')");
            assertThat(lines.next()).isEqualTo("{\"change\":[\"insert\",2,[2,\"b\"],1]}");
            write("UPDATE todo SET title = 'c' WHERE id = 2");
            assertThat(lines.next()).isEqualTo("{\"change\":[\"update\",2,[2,\"c\"],2]}");
            write("DELETE FROM todo WHERE id = 1");
            assertThat(lines.next()).isEqualTo("{\"change\":[\"delete\",1,[1,\"a\"],3]}");
        }
    }

    @Test
    void equalQueriesShareTheirIdAndTheirHash() throws Exception {
        try (Lines first = node.streamPost("/v1/subscriptions", QUERY);
                Lines second = node.streamPost("/v1/subscriptions", "\"select id,  title from todo -- the same\"")) {
            assertThat(second.header("corro-query-id")).isEqualTo(first.header("corro-query-id"));
            assertThat(second.header("corro-query-hash")).isEqualTo(first.header("corro-query-hash"));
        }
    }

    @Test
    void whoComesBackGetsWhatHasChangedSinceAndNothingElse() throws Exception {
        String id;
        try (Lines lines = node.streamPost("/v1/subscriptions", QUERY)) {
            id = lines.header("corro-query-id");
            skip(lines, 2);
            write("INSERT INTO todo (id, title) VALUES (1, 'a')");
            skip(lines, 1);
        }
        write("INSERT INTO todo (id, title) VALUES (2, 'b')");

        try (Lines byId = node.streamGet("/v1/subscriptions/" + id + "?from=1");
                Lines byQuery = node.streamPost("/v1/subscriptions?from=1", QUERY)) {
            assertThat(byId.header("corro-query-id")).isEqualTo(id);
            assertThat(byId.next()).isEqualTo("{\"change\":[\"insert\",2,[2,\"b\"],2]}");
            assertThat(byQuery.header("corro-query-id")).isEqualTo(id);
            assertThat(byQuery.next()).isEqualTo("{\"change\":[\"insert\",2,[2,\"b\"],2]}");
        }
    }

    @Test
    void fromZeroReplaysEverythingAndSkipRowsNothing() throws Exception {
        write("INSERT INTO todo (id, title) VALUES (1, 'a')");
        String id;
        try (Lines lines = node.streamPost("/v1/subscriptions", QUERY)) {
            id = lines.header("corro-query-id");
            skip(lines, 3);
        }

        try (Lines all = node.streamGet("/v1/subscriptions/" + id + "?from=0");
                Lines none = node.streamGet("/v1/subscriptions/" + id + "?skip_rows=true")) {
            assertThat(all.next()).startsWith("{\"columns\"");
            assertThat(all.next()).isEqualTo("{\"row\":[1,[1,\"a\"]]}");
            assertThat(all.next()).startsWith("{\"eoq\"").contains("\"change_id\":0");
            write("INSERT INTO todo (id, title) VALUES (2, 'b')");
            assertThat(all.next()).isEqualTo("{\"change\":[\"insert\",2,[2,\"b\"],1]}");
            assertThat(none.next()).isEqualTo("{\"change\":[\"insert\",2,[2,\"b\"],1]}");
        }
    }

    @Test
    void aChangeThatIsNotKeptIsAnErrorEventAndAnUnknownIdIs404() throws Exception {
        String id;
        try (Lines lines = node.streamPost("/v1/subscriptions", QUERY)) {
            id = lines.header("corro-query-id");
        }

        try (Lines lost = node.streamGet("/v1/subscriptions/" + id + "?from=17")) {
            assertThat(lost.status()).isEqualTo(200);
            assertThat(lost.next()).startsWith("{\"error\":\"change 17 of subscription");
            assertThat(lost.next()).isNull();
        }
        assertThat(node.get("/v1/subscriptions/" + UUID.randomUUID()).statusCode())
                .isEqualTo(404);
        assertThat(node.get("/v1/subscriptions/nonsense").statusCode()).isEqualTo(400);
    }

    @Test
    void aQueryThatCannotBeFollowedIs400WithItsPlace() {
        assertThat(node.post("/v1/subscriptions", "\"SELECT id FROM nowhere\"").body())
                .isEqualTo("{\"error\":\"line 1, column 16: no such table: nowhere\"}");
        assertThat(node.post("/v1/subscriptions", "\"SELECT random() FROM todo\"")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aSubscriptionIsFoundAgainAfterTheNodeHasRestarted() throws Exception {
        String id;
        try (Lines lines = node.streamPost("/v1/subscriptions", QUERY)) {
            id = lines.header("corro-query-id");
            skip(lines, 2);
            write("INSERT INTO todo (id, title) VALUES (1, 'a')");
            skip(lines, 1);
        }
        node.close();
        node = TestServer.start(directory);
        write("INSERT INTO todo (id, title) VALUES (2, 'b')");

        try (Lines lines = node.streamGet("/v1/subscriptions/" + id + "?from=1")) {
            assertThat(lines.next()).isEqualTo("{\"change\":[\"insert\",2,[2,\"b\"],2]}");
        }
    }

    @Test
    void aServerThatStopsBreaksItsStreamsOffSoThatClientsComeBack() throws Exception {
        try (Lines lines = node.streamPost("/v1/subscriptions", QUERY)) {
            skip(lines, 2);

            node.server.close();

            assertThatThrownBy(lines::next).hasRootCauseInstanceOf(java.io.IOException.class);
        }
    }

    @Test
    void aClientThatFallsBehindGetsAnErrorEventAndAnEnd() throws Exception {
        node.close();
        node = new TestServer(
                directory,
                HttpApiOptions.DEFAULT,
                HttpServerOptions.of("127.0.0.1", 0),
                SubscriptionLimits.builder().changes(10).build());
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout(20_000);
            socket.connect(node.server.address());
            String head = "POST /v1/subscriptions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
            String rest = "Connection: close\r\nContent-Length: " + QUERY.length() + "\r\n\r\n" + QUERY;
            socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');

            // more than the buffers of both sockets, and what the node reads ahead for a subscriber, hold together
            String title = "x".repeat(60_000);
            for (int i = 0; i < 600; i++) {
                node.corrosion.write(Statement.of("INSERT INTO todo (id, title) VALUES (?, ?)", i, title));
            }
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(all.substring(Math.max(0, all.length() - 500)))
                    .contains("{\"error\":\"the subscriber has fallen behind")
                    .endsWith("\r\n0\r\n\r\n");
        }
    }

    @Test
    void updatesTellWhichRowsAreWritten() throws Exception {
        try (Lines lines = node.stream(node.request("/v1/updates/todo")
                .POST(java.net.http.HttpRequest.BodyPublishers.noBody())
                .build())) {
            assertThat(lines.status()).isEqualTo(200);
            assertThat(UUID.fromString(lines.header("corro-query-id"))).isNotNull();

            write("INSERT INTO todo (id, title) VALUES (1, 'a')");
            assertThat(lines.next()).isEqualTo("{\"notify\":[\"update\",[1]]}");
            write("DELETE FROM todo WHERE id = 1");
            assertThat(lines.next()).isEqualTo("{\"notify\":[\"delete\",[1]]}");
        }
        assertThat(node.post("/v1/updates/nowhere", "").statusCode()).isEqualTo(400);
    }

    @Test
    void tablesAreCountedAndWrongOnesNamed() {
        write("INSERT INTO todo (id) VALUES (1), (2)");
        write("INSERT INTO secret (id) VALUES (1)");

        assertThat(node.post("/v1/table_stats", "{\"tables\":[\"todo\",\"secret\",\"nowhere\"]}")
                        .body())
                .isEqualTo("{\"total_row_count\":3,\"invalid_tables\":[\"nowhere\"]}");
    }

    @Test
    void aSingleNodeIsHealthy() {
        assertThat(node.get("/v1/health?gaps=0&p99_lag=1&queue_size=0&max_queue=0")
                        .body())
                .isEqualTo("{\"response\":{\"gaps\":0,\"members\":0,\"p99_lag\":0.0,\"queue_size\":0}}");
        assertThat(node.get("/v1/health?failure_status=700").statusCode()).isEqualTo(400);
    }
}
