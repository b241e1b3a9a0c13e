package dev.corrosion.discovery.foreign;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/** Checks as JSON in the table, so that a node takes them up again after a restart. Durations are milliseconds. */
final class CheckDefinitions {

    private static final JsonWriter<Map<String, Object>> JSON = JsonWriter.standard();

    private CheckDefinitions() {}

    static String write(ServiceCheck check) {
        Map<String, Object> json = new LinkedHashMap<>();
        CheckKind kind = check.kind();
        if (kind instanceof CheckKind.Ttl ttl) {
            json.put("ttl", ttl.ttl().toMillis());
        } else if (kind instanceof CheckKind.Http http) {
            json.put("url", http.url().toString());
            json.put("method", http.method());
            json.put("headers", http.headers());
            json.put("interval", http.interval().toMillis());
            json.put("timeout", http.timeout().toMillis());
        } else if (kind instanceof CheckKind.Tcp tcp) {
            json.put("host", tcp.host());
            json.put("port", tcp.port());
            json.put("interval", tcp.interval().toMillis());
            json.put("timeout", tcp.timeout().toMillis());
        }
        Duration deregisterAfter = check.deregisterAfter();
        if (deregisterAfter != null) {
            json.put("deregisterAfter", deregisterAfter.toMillis());
        }
        return JSON.writeToString(json);
    }

    /** @throws RuntimeException if that is none */
    static ServiceCheck read(String id, String word, CheckStatus status, String definition) {
        Map<String, Object> json = JsonParserFactory.getJsonParser().parseMap(definition);
        CheckKind kind =
                switch (word) {
                    case "ttl" -> new CheckKind.Ttl(millis(json, "ttl"));
                    case "http" ->
                        new CheckKind.Http(
                                URI.create(text(json, "url")),
                                text(json, "method"),
                                headers(Objects.requireNonNull(json.get("headers"), "headers")),
                                millis(json, "interval"),
                                millis(json, "timeout"));
                    case "tcp" ->
                        new CheckKind.Tcp(
                                text(json, "host"),
                                Integer.parseInt(text(json, "port")),
                                millis(json, "interval"),
                                millis(json, "timeout"));
                    case "elsewhere" -> new CheckKind.Elsewhere();
                    default -> throw new IllegalArgumentException("there is no check of the kind " + word);
                };
        return new ServiceCheck(
                id, kind, status, json.containsKey("deregisterAfter") ? millis(json, "deregisterAfter") : null);
    }

    private static Map<String, String> headers(Object json) {
        Map<String, String> headers = new LinkedHashMap<>();
        ((Map<?, ?>) json).forEach((name, value) -> headers.put(String.valueOf(name), String.valueOf(value)));
        return headers;
    }

    private static String text(Map<String, Object> json, String key) {
        return String.valueOf(Objects.requireNonNull(json.get(key), key));
    }

    private static Duration millis(Map<String, Object> json, String key) {
        return Duration.ofMillis(Long.parseLong(text(json, key)));
    }
}
