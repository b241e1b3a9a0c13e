package dev.corrosion.http;

import com.sun.management.ThreadMXBean;
import dev.corrosion.Statement;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonWriteFeature;

/** The body of a request, as one statement and as many. */
public final class StatementFuzz {

    /** Most statements that are accepted here, so that inputs reach the bound. */
    static final int MAX_STATEMENTS = 5;

    private static final int MAX_EXPLANATION = 10_000;

    /** What reading may allocate, garbage too; buffers of the parser are the fixed part. */
    private static final long FIXED_BYTES = 1 << 20;

    private static final long BYTES_PER_BYTE = 512;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private StatementFuzz() {}

    /** The name is the one that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] input) {
        long allowed = FIXED_BYTES + BYTES_PER_BYTE * input.length;
        long used = allocated(input);
        if (used > allowed) {
            used = allocated(input); // again, since classes may have been loaded
        }
        if (used > allowed) {
            throw new AssertionError("reading took " + used + " bytes, where " + allowed + " are allowed");
        }
    }

    private static long allocated(byte[] input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        read(input);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static void read(byte[] input) {
        try {
            stable(StatementReader.one(input));
        } catch (ApiException e) {
            refused(e);
        }
        try {
            List<Statement> many = StatementReader.many(input, MAX_STATEMENTS);
            if (many.isEmpty() || many.size() > MAX_STATEMENTS) {
                throw new AssertionError(many.size() + " statements");
            }
            many.forEach(StatementFuzz::stable);
        } catch (ApiException e) {
            refused(e);
        }
    }

    private static void refused(ApiException e) {
        if (e.status() != ApiException.BAD_REQUEST
                || e.reason().isBlank()
                || e.reason().length() > MAX_EXPLANATION) {
            throw new AssertionError("not an explanation: " + e.status() + " " + e.reason(), e);
        }
    }

    private static void stable(Statement statement) {
        if (statement.parameters().size() + statement.named().size() > StatementReader.MAX_PARAMETERS) {
            throw new AssertionError("too many parameters");
        }
        Statement again = StatementReader.one(write(statement));
        if (!statement.sql().equals(again.sql())
                || !Arrays.deepEquals(
                        statement.parameters().toArray(), again.parameters().toArray())
                || !Arrays.deepEquals(
                        statement.named().keySet().toArray(),
                        again.named().keySet().toArray())
                || !Arrays.deepEquals(
                        statement.named().values().toArray(),
                        again.named().values().toArray())) {
            throw new AssertionError("written and read it is another statement: " + statement + " and " + again);
        }
    }

    private static byte[] write(Statement statement) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        // Half a surrogate pair has no UTF-8.
        try (JsonGenerator json = Json.FACTORY
                .rebuild()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build()
                .createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartArray();
            json.writeString(statement.sql());
            if (statement.named().isEmpty()) {
                json.writeStartArray();
                statement.parameters().forEach(value -> write(json, value));
                json.writeEndArray();
            } else {
                json.writeStartObject();
                for (Map.Entry<String, @Nullable Object> named :
                        statement.named().entrySet()) {
                    json.writeName(":" + named.getKey());
                    write(json, named.getValue());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, @Nullable Object value) {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof byte[] bytes) {
            json.writeStartArray();
            for (byte each : bytes) {
                json.writeNumber(each & 0xff);
            }
            json.writeEndArray();
        } else {
            throw new AssertionError("not a value of SQLite: " + value.getClass());
        }
    }
}
