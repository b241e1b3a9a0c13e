package dev.corrosion.sample.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A tab of a browser. Collects what the page complains about. */
final class Tab implements WebSocket.Listener, AutoCloseable {

    private static final int TIMEOUT_SECONDS = 30;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final StringBuilder message = new StringBuilder();
    private final WebSocket socket;

    Tab(HttpClient http, URI address) {
        this.socket = http.newWebSocketBuilder().buildAsync(address, this).join();
        for (String domain : List.of("Page", "Runtime", "Log")) {
            call(domain + ".enable", Map.of());
        }
    }

    void navigate(String address) {
        call("Page.navigate", Map.of("url", address));
    }

    /** The value of an expression, or of the promise that it is. */
    JsonNode evaluate(String expression) {
        JsonNode answer =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.get("result").path("value");
    }

    boolean isTrue(String expression) {
        return evaluate("!!(" + expression + ")").asBoolean();
    }

    String text(String selector) {
        return evaluate("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''")
                .asString();
    }

    void click(String selector) {
        evaluate("document.querySelector(" + quoted(selector) + ").click()");
    }

    void press(String key, int code) {
        for (String type : List.of("keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code));
        }
    }

    void prefer(String colorScheme) {
        Map<String, String> scheme = Map.of("name", "prefers-color-scheme", "value", colorScheme);
        Map<String, String> motion = Map.of("name", "prefers-reduced-motion", "value", "reduce");
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme, motion)));
    }

    void size(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void screenshot(Path file) {
        JsonNode answer = call("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
        try {
            Files.write(file, Base64.getDecoder().decode(answer.get("data").asString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Errors on the console, exceptions that nobody caught, and requests that failed. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Forgets those that contain a text, which the test expects. */
    void ignoreComplaints(String text) {
        complaints.removeIf(complaint -> complaint.contains(text));
    }

    /** A text as an expression. */
    static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    /** A tab that stays open keeps its streams, and a browser has six connections to a server for all tabs. */
    @Override
    public void close() {
        call("Page.close", Map.of());
        socket.abort();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            JsonNode received = JSON.readTree(message.toString());
            message.setLength(0);
            receive(received);
        }
        webSocket.request(1);
        return null;
    }

    private void receive(JsonNode received) {
        CompletableFuture<JsonNode> call =
                received.has("id") ? calls.remove(received.get("id").asInt()) : null;
        if (call != null) {
            if (received.has("error")) {
                call.completeExceptionally(
                        new IllegalStateException(received.get("error").toString()));
            } else {
                call.complete(received.get("result"));
            }
            return;
        }
        JsonNode params = received.path("params");
        String method = received.path("method").asString("");
        boolean complaint =
                switch (method) {
                    case "Runtime.exceptionThrown" -> true;
                    case "Runtime.consoleAPICalled" ->
                        params.path("type").asString("").equals("error");
                    case "Log.entryAdded" ->
                        params.path("entry").path("level").asString("").equals("error");
                    default -> false;
                };
        if (complaint) {
            complaints.add(params.toString());
        }
    }

    private JsonNode call(String method, Map<String, ?> params) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        calls.put(id, answer);
        socket.sendText(JSON.writeValueAsString(Map.of("id", id, "method", method, "params", params)), true)
                .join();
        return answer.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }
}
