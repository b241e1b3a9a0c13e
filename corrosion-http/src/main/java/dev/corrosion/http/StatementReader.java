package dev.corrosion.http;

import dev.corrosion.Statement;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.StreamReadException;

/**
 * Reads statements: {@code "SQL"}, {@code ["SQL",[values]]}, {@code ["SQL",{":name":value}]} or
 * {@code {"query":"SQL","params":[..],"named_params":{..}}}, where {@code params} wins over {@code named_params}.
 *
 * <p>A value is null, a boolean (0 or 1), a number (an integer that does not fit 64 bits becomes a REAL), a text, or an array of
 * integers from 0 to 255, which is a BLOB. Every other array, and every object, is stored as its JSON text.
 */
final class StatementReader {

    /** What SQLite takes in one statement; more would only be kept until it refuses them. */
    static final int MAX_PARAMETERS = 32_766;

    private static final int MAX_BYTE = 255;

    private final JsonParser parser;

    private StatementReader(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * One statement.
     *
     * @throws ApiException if it is none
     */
    static Statement one(byte[] body) {
        return Json.read(body, parser -> {
            StatementReader reader = new StatementReader(parser);
            parser.nextToken();
            return reader.statement();
        });
    }

    /**
     * An array of statements, not empty.
     *
     * @param max how many there may be
     * @throws ApiException if it is none
     */
    static List<Statement> many(byte[] body, int max) {
        return Json.read(body, parser -> {
            StatementReader reader = new StatementReader(parser);
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw reader.refuse("an array of statements is expected, such as [\"DELETE FROM t\"]");
            }
            List<Statement> all = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (all.size() == max) {
                    throw reader.refuse("more than " + max + " statements; send them as several transactions");
                }
                all.add(reader.statement());
            }
            if (all.isEmpty()) {
                throw reader.refuse("a transaction needs at least one statement");
            }
            return all;
        });
    }

    private Statement statement() {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw refuse("the body is empty; a statement is expected");
        }
        return switch (token) {
            case VALUE_STRING -> of(parser.getString(), List.of(), Map.of());
            case START_ARRAY -> pair();
            case START_OBJECT -> verbose();
            default ->
                throw refuse("a statement is expected: \"SQL\", [\"SQL\",[values]], [\"SQL\",{\":name\":value}] or"
                        + " {\"query\":\"SQL\",\"params\":[values]}");
        };
    }

    private Statement pair() {
        String sql = text("the SQL");
        JsonToken token = parser.nextToken();
        Statement statement =
                switch (token) {
                    case START_ARRAY -> of(sql, values(), Map.of());
                    case START_OBJECT -> of(sql, List.of(), named());
                    default -> throw refuse("behind the SQL, an array or an object of parameters is expected");
                };
        if (parser.nextToken() != JsonToken.END_ARRAY) {
            throw refuse("a statement has two parts: the SQL, and an array or an object of parameters");
        }
        return statement;
    }

    private Statement verbose() {
        String sql = null;
        List<@Nullable Object> values = null;
        Map<String, @Nullable Object> named = Map.of();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            switch (name) {
                case "query" -> sql = text("the SQL");
                case "params" -> values = isNull(JsonToken.START_ARRAY, name) ? null : values();
                case "named_params" -> named = isNull(JsonToken.START_OBJECT, name) ? Map.of() : named();
                default -> {
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        }
        if (sql == null) {
            throw refuse("the statement has no \"query\"");
        }
        return values != null ? of(sql, values, Map.of()) : of(sql, List.of(), named);
    }

    private boolean isNull(JsonToken expected, String name) {
        JsonToken token = parser.nextToken();
        if (token != expected && token != JsonToken.VALUE_NULL) {
            throw refuse("\"" + name + "\" must be " + (expected == JsonToken.START_ARRAY ? "an array" : "an object"));
        }
        return token == JsonToken.VALUE_NULL;
    }

    private String text(String what) {
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
            throw refuse(what + " must be a string");
        }
        return parser.getString();
    }

    private Statement of(String sql, List<@Nullable Object> values, Map<String, @Nullable Object> named) {
        try {
            return new Statement(sql, values, named);
        } catch (IllegalArgumentException e) {
            throw refuse(String.valueOf(e.getMessage()));
        }
    }

    /** The parser is at the start of the array. */
    private List<@Nullable Object> values() {
        List<@Nullable Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            requireRoom(values.size());
            values.add(value());
        }
        return values;
    }

    /** The parser is at the start of the object. Names come with SQLite's prefix, and go without. */
    private Map<String, @Nullable Object> named() {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String given = parser.currentName();
            String name = !given.isEmpty() && ":@$".indexOf(given.charAt(0)) >= 0 ? given.substring(1) : given;
            parser.nextToken();
            if (name.isEmpty() || named.containsKey(name)) {
                throw refuse(name.isEmpty() ? "a parameter without a name" : "two values for the parameter " + given);
            }
            requireRoom(named.size());
            named.put(name, value());
        }
        return named;
    }

    private void requireRoom(int parameters) {
        if (parameters == MAX_PARAMETERS) {
            throw refuse("more than " + MAX_PARAMETERS + " parameters in one statement; send several statements");
        }
    }

    private @Nullable Object value() {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> 1L;
            case VALUE_FALSE -> 0L;
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? real() : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> real();
            case START_ARRAY -> array();
            case START_OBJECT -> json();
            default -> throw refuse("a value is expected");
        };
    }

    private Object real() {
        double real = parser.getDoubleValue();
        if (Double.isInfinite(real)) {
            throw refuse("the number " + parser.getString() + " is too large for a REAL; give it as text");
        }
        return real;
    }

    /** A BLOB, or else the text of the array. Its text is kept until it is known which. */
    private Object array() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StringWriter text = new StringWriter();
        boolean blob = true;
        try (JsonGenerator json = Json.FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartArray();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                blob = blob && isByte();
                if (blob) {
                    bytes.write(parser.getIntValue());
                }
                json.copyCurrentStructure(parser);
            }
            json.writeEndArray();
        }
        return blob ? bytes.toByteArray() : text.toString();
    }

    private boolean isByte() {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() == JsonParser.NumberType.INT
                && parser.getIntValue() >= 0
                && parser.getIntValue() <= MAX_BYTE;
    }

    private String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.copyCurrentStructure(parser);
        }
        return text.toString();
    }

    /** Says where. */
    private StreamReadException refuse(String why) {
        return new StreamReadException(parser, why, parser.currentTokenLocation());
    }
}
