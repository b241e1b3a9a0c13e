package dev.corrosion.http;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes what clients get: one JSON object per line, each with one key. Numbers keep the difference of INTEGER and REAL. */
final class JsonLines {

    private static final double NANOS = 1e9;

    private JsonLines() {}

    static byte[] columns(List<String> names) {
        return line(json -> {
            json.writeArrayPropertyStart("columns");
            names.forEach(json::writeString);
            json.writeEndArray();
        });
    }

    static byte[] row(long rowId, List<@Nullable Object> cells) {
        return line(json -> {
            json.writeArrayPropertyStart("row");
            json.writeNumber(rowId);
            cells(json, cells);
            json.writeEndArray();
        });
    }

    /** @param changeId the change to go on from, for subscriptions; null for others */
    static byte[] endOfQuery(Duration time, @Nullable Long changeId) {
        return line(json -> {
            json.writeObjectPropertyStart("eoq");
            json.writeNumberProperty("time", seconds(time));
            if (changeId != null) {
                json.writeNumberProperty("change_id", changeId);
            }
            json.writeEndObject();
        });
    }

    static byte[] change(String type, long rowId, List<@Nullable Object> cells, long changeId) {
        return line(json -> {
            json.writeArrayPropertyStart("change");
            json.writeString(type);
            json.writeNumber(rowId);
            cells(json, cells);
            json.writeNumber(changeId);
            json.writeEndArray();
        });
    }

    static byte[] notify(String type, List<@Nullable Object> key) {
        return line(json -> {
            json.writeArrayPropertyStart("notify");
            json.writeString(type);
            cells(json, key);
            json.writeEndArray();
        });
    }

    /** Nothing follows it. */
    static byte[] error(String message) {
        return line(json -> json.writeStringProperty("error", message));
    }

    /** One object without a line end. */
    static byte[] object(Consumer<JsonGenerator> properties) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(bytes, properties);
        return bytes.toByteArray();
    }

    static double seconds(Duration time) {
        return time.toNanos() / NANOS;
    }

    private static byte[] line(Consumer<JsonGenerator> properties) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(bytes, properties);
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void write(ByteArrayOutputStream bytes, Consumer<JsonGenerator> properties) {
        try (JsonGenerator json = Json.FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            properties.accept(json);
            json.writeEndObject();
        }
    }

    private static void cells(JsonGenerator json, List<@Nullable Object> cells) {
        json.writeStartArray();
        cells.forEach(cell -> cell(json, cell));
        json.writeEndArray();
    }

    private static void cell(JsonGenerator json, @Nullable Object cell) {
        if (cell == null) {
            json.writeNull();
        } else if (cell instanceof Double real) {
            real(json, real);
        } else if (cell instanceof Number integer) {
            json.writeNumber(integer.longValue());
        } else if (cell instanceof byte[] bytes) {
            json.writeStartArray();
            for (byte b : bytes) {
                json.writeNumber(b & 0xff);
            }
            json.writeEndArray();
        } else {
            json.writeString(cell.toString());
        }
    }

    /** JSON has no infinity; null is what others write for it. */
    private static void real(JsonGenerator json, double real) {
        if (Double.isFinite(real)) {
            json.writeNumber(real);
        } else {
            json.writeNull();
        }
    }
}
