package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the recorded vectors: JSON to SQLite values and changes, and both to text that compares type-exactly. */
final class Vectors {

    private static final JsonMapper JSON = new JsonMapper();
    private static final HexFormat HEX = HexFormat.of();

    private Vectors() {}

    static List<JsonNode> read(String resource) {
        try (InputStream raw = Objects.requireNonNull(
                        Vectors.class.getResourceAsStream("/conformance/" + resource), resource);
                InputStream in = resource.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            Stream<JsonNode> nodes = lines.lines().map(JSON::readTree);
            return nodes.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static @Nullable Object value(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isObject()) {
            return node.has("blob")
                    ? (Object) HEX.parseHex(node.get("blob").stringValue())
                    : Double.longBitsToDouble(
                            Long.parseUnsignedLong(node.get("bits").stringValue(), 16));
        }
        return node.longValue();
    }

    static ActorId actor(String hex) {
        return ActorId.of(HEX.parseHex(hex));
    }

    static Change change(JsonNode c) {
        JsonNode ts = c.get(9);
        return new Change(
                c.get(0).stringValue(),
                HEX.parseHex(c.get(1).stringValue()),
                c.get(2).stringValue(),
                value(c.get(3)),
                c.get(4).longValue(),
                c.get(5).longValue(),
                actor(c.get(6).stringValue()),
                c.get(7).longValue(),
                c.get(8).longValue(),
                ts.isString() ? ts.stringValue() : Long.toString(ts.longValue()));
    }

    static String show(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof byte[] bytes) {
            return "x'" + HEX.formatHex(bytes) + "'";
        }
        if (value instanceof Double real) {
            return "real:" + Long.toHexString(Double.doubleToRawLongBits(real));
        }
        return value instanceof String text ? "'" + text + "'" : value.toString();
    }

    static String show(Change c) {
        return String.join(
                " ",
                c.table(),
                HEX.formatHex(c.pk()),
                c.cid(),
                show(c.val()),
                "cv" + c.colVersion(),
                "v" + c.dbVersion(),
                "of",
                HEX.formatHex(c.site().bytes()),
                "cl" + c.cl(),
                "seq" + c.seq(),
                "ts" + c.ts());
    }
}
