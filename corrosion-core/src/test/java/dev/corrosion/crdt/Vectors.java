package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads recorded vectors: JSON to SQLite values and changes, and both to text that compares type-exactly. */
final class Vectors {

    /** A folder with files of the same names and format, to be replayed instead of the copies in the resources. */
    static final String DIRECTORY = "conformance.dir";

    private static final JsonMapper JSON = new JsonMapper();
    private static final HexFormat HEX = HexFormat.of();

    private Vectors() {}

    /** The actor of a change is longer than any actor: a change that must be refused. */
    static final class UnfitActorException extends IllegalArgumentException {
        UnfitActorException(String hex) {
            super("no actor has the id " + hex);
        }
    }

    /** Gives each line of a file to the reader, one after the other; the files are too large to be kept. */
    static void read(String name, Consumer<JsonNode> reader) {
        try (InputStream raw = open(name);
                InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.isBlank()).map(JSON::readTree).forEach(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) throws IOException {
        String directory = System.getProperty(DIRECTORY, "");
        if (directory.isBlank()) {
            return Objects.requireNonNull(Vectors.class.getResourceAsStream("/conformance/" + name), name);
        }
        Path file = Path.of(directory).resolve(name).toAbsolutePath();
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("-D" + DIRECTORY + "=" + directory + ": there is no file " + file
                    + "; give the absolute path of a folder with directed.jsonl, random.jsonl.gz and packing.jsonl");
        }
        return Files.newInputStream(file);
    }

    static JsonNode parse(String json) {
        return JSON.readTree(json);
    }

    static @Nullable Object value(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isObject() && node.has("blob")) {
            return HEX.parseHex(node.get("blob").stringValue());
        }
        if (node.isObject() && node.has("bits")) {
            return Double.longBitsToDouble(
                    Long.parseUnsignedLong(node.get("bits").stringValue(), 16));
        }
        throw new IllegalArgumentException("not a value of the format: " + node);
    }

    static List<@Nullable Object> values(JsonNode array) {
        List<@Nullable Object> values = new ArrayList<>();
        array.forEach(value -> values.add(value(value)));
        return values;
    }

    static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(one -> strings.add(one.stringValue()));
        return strings;
    }

    static ActorId actor(String hex) {
        byte[] id = HEX.parseHex(hex);
        if (id.length > ActorId.BYTES) {
            throw new UnfitActorException(hex);
        }
        return ActorId.of(id);
    }

    static Change change(JsonNode c) {
        if (c.size() != 10) {
            throw new IllegalArgumentException("a change has ten fields, not " + c.size() + ": " + c);
        }
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
                timestamp(c.get(9)));
    }

    private static String timestamp(JsonNode ts) {
        if (ts.isNull()) {
            return LocalWrites.NO_TIMESTAMP;
        }
        return ts.isString() ? ts.stringValue() : Long.toString(ts.longValue());
    }

    static List<Change> changes(JsonNode array) {
        List<Change> changes = new ArrayList<>();
        array.forEach(change -> changes.add(change(change)));
        return changes;
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

    /** The record that the change is of: table, key and column. */
    static String place(Change c) {
        return c.table() + " " + HEX.formatHex(c.pk()) + " " + c.cid();
    }

    static String show(Change c) {
        return String.join(
                " ",
                place(c),
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
