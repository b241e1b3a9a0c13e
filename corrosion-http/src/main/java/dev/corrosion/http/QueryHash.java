package dev.corrosion.http;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * 16 hex digits that are the same for the same query with the same parameters, however it is spaced, commented and capitalised,
 * on all nodes and for ever. Says nothing else: other servers hash other things.
 */
final class QueryHash {

    private static final int BYTES = 8;

    private QueryHash() {}

    /** @param query one that was accepted; however its parameters are written, by position, number or name */
    static String of(Statement query) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Map<String, Integer> names = new LinkedHashMap<>();
            int position = 0;
            for (SqlToken token : SqlTokenizer.tokenize(query.sql())) {
                if (token.kind() == SqlToken.Kind.PARAMETER && token.text().startsWith("?")) {
                    position = token.text().length() == 1
                            ? position + 1
                            : Integer.parseInt(token.text().substring(1));
                    add(digest, "?" + position);
                } else if (token.kind() == SqlToken.Kind.PARAMETER) {
                    add(digest, "?" + names.computeIfAbsent(token.text().substring(1), name -> names.size() + 1));
                } else if (token.kind() != SqlToken.Kind.SEMICOLON) {
                    boolean word = token.kind() == SqlToken.Kind.WORD;
                    add(digest, word ? token.text().toLowerCase(Locale.ROOT) : token.text());
                }
            }
            query.parameters().forEach(value -> add(digest, text(value)));
            names.keySet().forEach(name -> add(digest, text(query.named().get(name))));
            return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        } catch (CorrosionException e) {
            throw new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e);
        }
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString();
        return value.getClass().getSimpleName() + ":" + text;
    }

    private static void add(MessageDigest digest, String part) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }
}
