package dev.corrosion.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Conversations as they are on the wire, over both protocols. In a file, a line with {@code >} is a request with its body, one
 * with {@code <} what is answered: the status, headers, and, without the sign, the lines of the body, of which those of a stream
 * are its first. Times are 0, ids that are random have names.
 */
@NullUnmarked
class GoldenTests {

    @TempDir
    Path directory;

    private @Nullable String lastId;

    /** What both protocols have in common. */
    interface Answer {

        int status() throws Exception;

        String header(String name) throws Exception;

        /** The next line, or null at the end. */
        @Nullable String next() throws Exception;

        void close() throws Exception;
    }

    @ParameterizedTest
    @CsvSource({
        "transactions, HTTP/1.1", "transactions, HTTP/2",
        "queries, HTTP/1.1", "queries, HTTP/2",
        "subscriptions, HTTP/1.1", "subscriptions, HTTP/2",
        "health, HTTP/1.1", "health, HTTP/2"
    })
    void theConversationIsAsItWas(String name, String protocol) throws Exception {
        String expected = read(name);

        try (TestServer node = TestServer.start(directory);
                Http2Client http2 = new Http2Client(node.port())) {
            List<String> said = new ArrayList<>();
            List<String> lines = expected.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                boolean body = i > 0 && lines.get(i - 1).startsWith(">");
                if (lines.get(i).startsWith("> ") && !body) {
                    said.addAll(exchange(lines, i, node, protocol.equals("HTTP/2") ? http2 : null));
                } else if (lines.get(i).startsWith("#") || lines.get(i).isEmpty()) {
                    said.add(lines.get(i));
                }
            }
            assertThat(String.join("\n", said)).isEqualTo(expected.stripTrailing());
        }
    }

    private static String read(String name) throws IOException {
        try (InputStream file = GoldenTests.class.getResourceAsStream("/golden/" + name + ".txt")) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<String> exchange(List<String> lines, int at, TestServer node, @Nullable Http2Client http2)
            throws Exception {
        List<String> said = new ArrayList<>();
        List<String> body = new ArrayList<>();
        int i = at;
        for (; lines.get(i).startsWith(">"); i++) {
            said.add(lines.get(i));
            if (i > at) {
                body.add(lines.get(i).substring(2));
            }
        }
        String[] request = lines.get(at).substring(2).split(" ", 2);
        String path = request[1].replace("{id}", String.valueOf(lastId));
        Answer answer = http2 == null
                ? http1(node, request[0], path, String.join("\n", body))
                : http2(http2, request[0], path, String.join("\n", body));
        said.add("< " + answer.status());
        for (i++; i < lines.size() && lines.get(i).startsWith("< "); i++) {
            String header = lines.get(i).substring(2, lines.get(i).indexOf(':'));
            said.add("< " + header + ": " + normal(answer.header(header), node));
        }
        if (!answer.header("corro-query-id").isEmpty()) {
            lastId = answer.header("corro-query-id");
        }
        for (; i < lines.size() && lines.get(i).startsWith("{"); i++) {
            said.add(normal(String.valueOf(answer.next()), node));
        }
        if (i < lines.size() && lines.get(i).equals("(end)")) {
            String end = answer.next();
            said.add(end == null ? "(end)" : end);
        }
        answer.close();
        return said;
    }

    private String normal(String text, TestServer node) {
        return text.replace(node.corrosion.actorId().toString(), "(actor)")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "(id)")
                .replaceAll("\"time\":[0-9.E-]+", "\"time\":0.0");
    }

    private static Answer http1(TestServer node, String method, String path, String body) {
        HttpRequest.BodyPublisher publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        TestServer.Lines lines =
                node.stream(node.request(path).method(method, publisher).build());
        return new Answer() {
            @Override
            public int status() {
                return lines.status();
            }

            @Override
            public String header(String name) {
                return lines.header(name);
            }

            @Override
            public @Nullable String next() throws Exception {
                return lines.next();
            }

            @Override
            public void close() throws Exception {
                lines.close();
            }
        };
    }

    private static Answer http2(Http2Client client, String method, String path, String body) {
        Http2Client.Stream stream = client.send(method, path, body);
        return new Answer() {
            @Override
            public int status() throws Exception {
                return stream.status();
            }

            @Override
            public String header(String name) throws Exception {
                return Objects.requireNonNullElse(stream.head().headers().get(name), "");
            }

            @Override
            public @Nullable String next() throws Exception {
                String line = stream.next();
                return line.equals(Http2Client.END) ? null : line;
            }

            @Override
            public void close() {
                stream.cancel();
            }
        };
    }
}
