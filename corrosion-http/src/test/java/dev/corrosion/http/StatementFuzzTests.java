package dev.corrosion.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementFuzzTests {

    /** What the reader decides by, and what numbers, texts and depths end at. */
    private static final List<String> PIECES = List.of(
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "\"",
            "\\",
            "null",
            "true",
            "0",
            "-0",
            "255",
            "256",
            "1e400",
            "1e-400",
            "9223372036854775808",
            "9".repeat(1001),
            "[".repeat(101),
            "{\"a\":".repeat(101),
            "\"query\":",
            "\"params\":",
            "\"named_params\":",
            "\":a\":",
            "\"@a\":",
            "\"\":",
            "\\ud800",
            "\\u0000",
            "\u00ff",
            "\ufeff",
            "\0",
            "\n",
            "1.5");

    @Test
    void aBodyIsStatementsOrRefusedAndTakesLittle() throws IOException {
        TextFuzzing.run("statements", PIECES, StatementFuzz::fuzzerTestOneInput);
    }

    @Test
    void moreParametersThanSqliteHasAreRefusedBeforeTheyAreKept() {
        String values = "1" + ",1".repeat(StatementReader.MAX_PARAMETERS);
        byte[] body = ("[\"SELECT 1\",[" + values + "]]").getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> StatementReader.one(body))
                .withMessageContaining("more than " + StatementReader.MAX_PARAMETERS + " parameters");
    }

    @Test
    void aValueThatIsTooDeepIsRefusedWithoutRecursion() {
        byte[] body = ("[\"SELECT ?\",[" + "[".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> StatementReader.one(body))
                .satisfies(e -> assertThat(e.status()).isEqualTo(ApiException.BAD_REQUEST));
    }
}
