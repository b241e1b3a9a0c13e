package dev.corrosion.http;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParametersFuzzTests {

    private static final List<String> PIECES = List.of(
            "&",
            "=",
            ";",
            "%",
            "%00",
            "%ff",
            "%2",
            "+",
            "-",
            "-1",
            "0",
            "9223372036854775807",
            "9223372036854775808",
            "9".repeat(400),
            "1e999",
            "1e-999",
            "NaN",
            "-Infinity",
            "0x1p3",
            "1d",
            "true",
            "TRUE",
            "2",
            "from=",
            "skip_rows=",
            "timeout=",
            "p99_lag=",
            "gaps=",
            "failure_status=",
            "\n",
            "\nApplication/JSON;",
            "\0");

    @Test
    void parametersAreWhatTheyShouldBeOrRefused() throws IOException {
        TextFuzzing.run("parameters", PIECES, ParametersFuzz::fuzzerTestOneInput);
    }
}
