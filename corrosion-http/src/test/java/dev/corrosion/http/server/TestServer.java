package dev.corrosion.http.server;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.http.HttpApi;
import dev.corrosion.http.HttpApiOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A node with the HTTP API on a port of its own, and a client of HTTP/1.1. */
public final class TestServer implements AutoCloseable {

    static final String SCHEMA = """
            CREATE TABLE todo (id INTEGER NOT NULL PRIMARY KEY, title TEXT NOT NULL DEFAULT '', weight REAL, data BLOB);
            CREATE TABLE secret (id INTEGER NOT NULL PRIMARY KEY, word TEXT NOT NULL DEFAULT '');
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    public final Corrosion corrosion;
    public final HttpApi api;
    public final HttpServer server;
    public final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public static TestServer start(Path directory) {
        return start(directory, HttpApiOptions.DEFAULT);
    }

    public static TestServer start(Path directory, HttpApiOptions options) {
        return new TestServer(directory, options, HttpServerOptions.of("127.0.0.1", 0));
    }

    TestServer(Path directory, HttpApiOptions options, HttpServerOptions server) {
        this(directory, options, server, SubscriptionLimits.DEFAULT);
    }

    TestServer(Path directory, HttpApiOptions options, HttpServerOptions server, SubscriptionLimits limits) {
        this.corrosion = Corrosion.open(CorrosionOptions.builder()
                .database(directory.resolve("node.db"))
                .schema(SCHEMA)
                .subscriptions(limits)
                .port(0)
                .build());
        this.api = new HttpApi(corrosion, options);
        this.server = HttpServer.start(api, server);
    }

    int openConnections() {
        return server.openConnections();
    }

    int port() {
        return server.address().getPort();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).header("content-type", "application/json");
    }

    HttpResponse<String> post(String path, String json) {
        return send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(json)).build());
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET().build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Lines stream(HttpRequest request) {
        try {
            return new Lines(client.send(request, HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Lines streamPost(String path, String json) {
        return stream(
                request(path).POST(HttpRequest.BodyPublishers.ofString(json)).build());
    }

    Lines streamGet(String path) {
        return stream(request(path).GET().build());
    }

    /** A response that is read line by line. */
    static final class Lines implements AutoCloseable {

        final HttpResponse<InputStream> response;
        private final BufferedReader reader;

        Lines(HttpResponse<InputStream> response) {
            this.response = response;
            this.reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        int status() {
            return response.statusCode();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The next line, or null at the end; an {@link IOException} if it is broken off. */
        String next() throws Exception {
            CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> {
                try {
                    return reader.readLine();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return line.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    @Override
    public void close() {
        server.close();
        api.close();
        corrosion.close();
    }
}
