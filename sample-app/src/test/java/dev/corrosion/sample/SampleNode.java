package dev.corrosion.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A sample application in a process of its own. Ports are free ones, read from its log. */
public final class SampleNode implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);
    private static final Pattern HTTP_PORT = Pattern.compile("Netty started on port (\\d+)");
    private static final Pattern CLUSTER_ADDRESS = Pattern.compile("peers at (\\S+),");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path log;
    private final int port;
    private final String clusterAddress;

    private SampleNode(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.port = Integer.parseInt(awaitInLog(HTTP_PORT));
        this.clusterAddress = awaitInLog(CLUSTER_ADDRESS);
        awaitInLog(Pattern.compile("(Started SampleApplication)"));
    }

    /** A process that has been started and may not be ready yet. */
    public record Starting(Process process, Path log) {

        public SampleNode ready() {
            return new SampleNode(process, log);
        }
    }

    /**
     * Starts one on the data in the directory, without waiting for it.
     *
     * @param name of the node, and of the directory of its data
     * @param profile gateway, orders or stock
     */
    public static Starting start(
            Path root, String name, String profile, String secret, List<String> bootstrap, String... arguments) {
        Path directory = root.resolve(name);
        try {
            Files.createDirectories(directory);
            Path log = Files.createTempFile(directory, "sample", ".log");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    // As in the demo: processes that live for a minute are not worth the optimizing compiler's time.
                    "-XX:TieredStopAtLevel=1",
                    "-jar",
                    Path.of("target", "sample-app.jar").toAbsolutePath().toString(),
                    "--spring.profiles.active=" + profile,
                    "--server.address=127.0.0.1",
                    "--server.port=0",
                    "--corrosion.node.name=" + name,
                    "--corrosion.cluster.host=127.0.0.1",
                    "--corrosion.cluster.port=0",
                    "--corrosion.node.data-directory=" + directory.resolve("data"),
                    "--corrosion.cluster.bootstrap=" + String.join(",", bootstrap)));
            command.addAll(List.of(arguments));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().put("CORROSION_SECURITY_SECRET", secret);
            return new Starting(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String clusterAddress() {
        return clusterAddress;
    }

    /** What a browser opens. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public String id() {
        return get("/api/whoami").get("node").asString();
    }

    JsonNode get(String path) {
        return send(request(path).GET().build());
    }

    JsonNode post(String path) {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()).build());
    }

    JsonNode put(String path, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    /** The status of the answer; never fails for what the server says. */
    CompletableFuture<Integer> statusOfPut(String path, String json) {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }

    CompletableFuture<Integer> statusOfGet(String path) {
        return http.sendAsync(request(path).GET().build(), HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode);
    }

    int status(String path) {
        return statusOfGet(path).join();
    }

    /** Ids of the members that this node holds to be alive. */
    public List<String> aliveMembers() {
        return rows("SELECT id FROM corrosion_members WHERE state = 'ALIVE' AND id <> '" + id() + "'").stream()
                .map(row -> row.get(0).asString())
                .toList();
    }

    /** The rows of a query, by the HTTP API of the node. */
    List<JsonNode> rows(String sql) {
        try {
            HttpResponse<Stream<String>> response = http.send(
                    api("/queries", sql).timeout(REQUEST_TIMEOUT).build(), HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                return lines.map(JSON::readTree)
                        .peek(SampleNode::checkNoError)
                        .filter(line -> line.has("row"))
                        .map(line -> line.get("row").get(1))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Follows a query in the background and hands over each row that is there or changes. Returns what ends it: a stream
     * that nobody reads still costs the node work for each change.
     */
    Runnable follow(String sql, Consumer<JsonNode> rows) {
        HttpRequest request = api("/subscriptions", sql).build();
        Thread reader = new Thread(
                () -> {
                    try (Stream<String> lines = http.send(request, HttpResponse.BodyHandlers.ofLines())
                            .body()) {
                        lines.map(JSON::readTree).forEach(line -> {
                            checkNoError(line);
                            if (line.has("row")) {
                                rows.accept(line.get("row").get(1));
                            } else if (line.has("change")) {
                                rows.accept(line.get("change").get(2));
                            }
                        });
                    } catch (IOException | UncheckedIOException e) {
                        // The node went away, or the test has seen enough.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "follow-" + port);
        reader.setDaemon(true);
        reader.start();
        return reader::interrupt;
    }

    private static void checkNoError(JsonNode line) {
        if (line.has("error")) {
            throw new IllegalStateException(line.get("error").asString());
        }
    }

    private HttpRequest.Builder api(String path, String sql) {
        return HttpRequest.newBuilder(uri("/corrosion/v1" + path))
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        "Bearer " + get("/api/read-token").get("token").asString())
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(sql)));
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process without a chance to say goodbye. */
    public void kill() {
        process.destroyForcibly();
        exited();
    }

    /** Ends the process in an orderly way. */
    @Override
    public void close() {
        process.destroy();
        exited();
    }

    private void exited() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the node did not stop\n" + log());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(request + ": " + response.statusCode() + " " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(REQUEST_TIMEOUT);
    }

    private URI uri(String path) {
        return URI.create(url() + path);
    }

    private String awaitInLog(Pattern pattern) {
        Awaitility.await().atMost(START_TIMEOUT).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the node ended while starting\n" + log());
            }
            return pattern.matcher(log()).find();
        });
        Matcher matcher = pattern.matcher(log());
        if (!matcher.find()) {
            throw new IllegalStateException(pattern + " is not in the log");
        }
        return matcher.group(1);
    }
}
