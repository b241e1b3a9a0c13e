package dev.corrosion.http;

import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** The one way JSON is read and written here. */
final class Json {

    /** How deep the JSON of a value may be. */
    private static final int MAX_DEPTH = 100;

    /** Digits of a number; a REAL has 17. */
    private static final int MAX_DIGITS = 1000;

    private static final int MAX_NAME = 1000;

    /** Texts are bounded by the body that they are in. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_DIGITS)
                    .maxNameLength(MAX_NAME)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Json() {}

    /**
     * Reads one JSON value and nothing behind it.
     *
     * @throws ApiException if it is none; the message says where
     */
    static <T> T read(byte[] json, Function<JsonParser, T> reader) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            T value = reader.apply(parser);
            if (parser.nextToken() != null) {
                throw ApiException.badRequest("the body goes on behind the JSON value");
            }
            return value;
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String place =
                    at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + " of the body)";
            throw new ApiException(ApiException.BAD_REQUEST, e.getOriginalMessage() + place, e);
        }
    }
}
