package dev.corrosion.sample.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An installed Chromium or Chrome without a window, driven by the Chrome DevTools protocol: needs neither a driver program
 * nor a library.
 */
final class Chromium implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final Process process;
    private final Path profile;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;

    private Chromium(Process process, Path profile) {
        this.process = process;
        this.profile = profile;
        Path port = profile.resolve("DevToolsActivePort");
        Awaitility.await().atMost(START_TIMEOUT).until(() -> lines(port).size() >= 2);
        this.address = "http://127.0.0.1:" + lines(port).get(0);
    }

    /** Starts one with a profile of its own, which is deleted when this is closed. */
    static Chromium start(Path program, Path log) {
        try {
            Path profile = Files.createTempDirectory("chromium");
            Process process = new ProcessBuilder(
                            program.toString(),
                            "--headless",
                            "--remote-debugging-port=0",
                            "--user-data-dir=" + profile,
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--disable-dev-shm-usage",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync",
                            "--no-first-run",
                            "about:blank")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new Chromium(process, profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Tab open() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/json/new"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            JsonNode target = JsonMapper.shared()
                    .readTree(http.send(request, HttpResponse.BodyHandlers.ofString())
                            .body());
            return new Tab(http, URI.create(target.get("webSocketDebuggerUrl").asString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            Awaitility.await().ignoreExceptions().until(this::deleteProfile);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its children may write for a moment longer. */
    private boolean deleteProfile() throws IOException {
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
        return true;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
