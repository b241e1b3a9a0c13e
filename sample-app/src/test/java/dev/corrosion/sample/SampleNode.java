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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A sample application in a process of its own. Ports are free ones, read from its log. */
final class SampleNode implements AutoCloseable {

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
    record Starting(Process process, Path log) {

        SampleNode ready() {
            return new SampleNode(process, log);
        }
    }

    /** Starts one on the data in the directory, without waiting for it. */
    static Starting start(Path directory, String secret, List<String> bootstrap) {
        try {
            Files.createDirectories(directory);
            Path log = Files.createTempFile(directory, "sample", ".log");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    // As in the demo: processes that live for a minute are not worth the optimizing compiler's time.
                    "-XX:TieredStopAtLevel=1",
                    "-jar",
                    Path.of("target", "sample-app.jar").toAbsolutePath().toString(),
                    "--server.port=0",
                    "--corrosion.cluster.host=127.0.0.1",
                    "--corrosion.cluster.port=0",
                    "--corrosion.node.data-directory=" + directory.resolve("data"),
                    "--corrosion.cluster.bootstrap=" + String.join(",", bootstrap)));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().put("CORROSION_SECURITY_SECRET", secret);
            return new Starting(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String clusterAddress() {
        return clusterAddress;
    }

    String id() {
        return get("/api/whoami").get("node").asString();
    }

    JsonNode get(String path) {
        return send(request(path).GET().build());
    }

    JsonNode post(String path, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    int status(String path) {
        try {
            return http.send(request(path).GET().build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ids of the members that this node holds to be alive. */
    List<String> aliveMembers() {
        List<String> alive = new ArrayList<>();
        get("/api/members").forEach(member -> {
            if ("ALIVE".equals(member.get("state").asString())) {
                alive.add(member.get("id").asString());
            }
        });
        return alive;
    }

    /** Follows a stream of server-sent events in the background and hands over the data of each. */
    /** Returns what ends it: a stream that nobody reads still costs the node a query for each change. */
    Runnable follow(String path, Consumer<JsonNode> data) {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Accept", "text/event-stream")
                .build();
        Thread reader = new Thread(
                () -> {
                    try (Stream<String> lines = http.send(request, HttpResponse.BodyHandlers.ofLines())
                            .body()) {
                        lines.filter(line -> line.startsWith("data:"))
                                .forEach(line -> data.accept(JSON.readTree(line.substring(5))));
                    } catch (IOException | UncheckedIOException e) {
                        // The node went away, or the test has seen enough.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "sse-" + port);
        reader.setDaemon(true);
        reader.start();
        return reader::interrupt;
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process without a chance to say goodbye. */
    void kill() {
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
        return URI.create("http://127.0.0.1:" + port + path);
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
