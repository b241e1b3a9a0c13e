package dev.corrosion.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Statement;
import dev.corrosion.http.server.Http2Client.Stream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 in clear text, by prior knowledge, on the same port as HTTP/1.1. */
@NullUnmarked
class Http2Tests {

    @TempDir
    Path directory;

    private TestServer node;
    private Http2Client client;

    @BeforeEach
    void start() {
        node = TestServer.start(directory);
        client = new Http2Client(node.port());
    }

    @AfterEach
    void stop() {
        client.close();
        node.close();
    }

    @Test
    void requestsAreAnsweredOnOneConnection() throws Exception {
        Stream write = client.send(
                "POST", "/v1/transactions", "[[\"INSERT INTO todo (id, title) VALUES (?, ?)\", [1, \"a\"]]]");
        assertThat(write.status()).isEqualTo(200);
        assertThat(write.next()).startsWith("{\"results\":[{\"rows_affected\":1,");
        assertThat(write.next()).isEqualTo(Http2Client.END);

        Stream query = client.send("POST", "/v1/queries", "\"SELECT id, title FROM todo\"");
        assertThat(query.next()).isEqualTo("{\"columns\":[\"id\",\"title\"]}");
        assertThat(query.next()).isEqualTo("{\"row\":[1,[1,\"a\"]]}");
        assertThat(query.next()).startsWith("{\"eoq\"");
        assertThat(query.next()).isEqualTo(Http2Client.END);

        assertThat(client.send("GET", "/v1/health", "").status()).isEqualTo(200);
        assertThat(client.send("POST", "/v1/nothing", "{}").status()).isEqualTo(404);
    }

    @Test
    void aHundredSubscriptionsShareAConnectionAndItsPingsAreAnswered() throws Exception {
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            streams.add(
                    client.send("POST", "/v1/subscriptions", "[\"SELECT title FROM todo WHERE id = ?\",[" + i + "]]"));
        }
        for (Stream stream : streams) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.head().headers().get("corro-query-id")).isNotEmpty();
            assertThat(stream.next()).startsWith("{\"columns\"");
            assertThat(stream.next()).startsWith("{\"eoq\"");
        }

        assertThat(client.ping()).isTrue();
        node.corrosion.write(Statement.of("INSERT INTO todo (id, title) VALUES (42, 'x')"));

        assertThat(streams.get(42).next()).isEqualTo("{\"change\":[\"insert\",1,[\"x\"],1]}");
    }

    @Test
    void aStreamThatTheClientCancelsFreesItsSubscription() throws Exception {
        Stream stream = client.send("POST", "/v1/subscriptions", "\"SELECT id FROM todo\"");
        assertThat(stream.next()).isNotNull();

        stream.cancel();

        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(node.corrosion.status().subscriptions())
                        .allMatch(subscription -> subscription.subscribers() == 0));
        assertThat(client.send("GET", "/v1/health", "").status()).isEqualTo(200);
    }

    @Test
    void aServerThatStopsBreaksTheStreamOff() throws Exception {
        Stream stream = client.send("POST", "/v1/subscriptions", "\"SELECT id FROM todo\"");
        assertThat(stream.next()).startsWith("{\"columns\"");
        assertThat(stream.next()).startsWith("{\"eoq\"");

        node.server.close();

        assertThat(stream.next()).isEqualTo(Http2Client.BROKEN_OFF);
    }

    @Test
    void aLargeBodyAndALargeResultPassThroughTheWindows() throws Exception {
        String text = "x".repeat(3_000_000);

        Stream write = client.send(
                "POST", "/v1/transactions", "[[\"INSERT INTO todo (id, title) VALUES (1, ?)\",[\"" + text + "\"]]]");
        assertThat(write.status()).isEqualTo(200);
        Stream query = client.send("POST", "/v1/queries", "\"SELECT title FROM todo\"");

        query.next();
        assertThat(query.next()).isEqualTo("{\"row\":[1,[\"" + text + "\"]]}");
    }
}
