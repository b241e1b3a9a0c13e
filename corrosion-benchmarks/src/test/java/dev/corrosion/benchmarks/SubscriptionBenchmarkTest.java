package dev.corrosion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionBenchmarkTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int run(String... arguments) throws Exception {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return Benchmarks.run(List.of(arguments), stream, stream);
    }

    @Test
    void printsWhatItMeasuredForEachNumberOfSubscriptions() throws Exception {
        assertThat(run("subscriptions", "--rows", "200", "--counts", "1,20", "--writes", "100", "--rounds", "2"))
                .isZero();

        String printed = out.toString(StandardCharsets.UTF_8);
        for (String name : List.of("subscriptions-1", "subscriptions-20")) {
            for (String figure : List.of(
                    "begun",
                    "heap",
                    "commit-to-event.p99",
                    "events",
                    "matchless",
                    "matchless.control",
                    "matchless.cpu.writer")) {
                assertThat(printed).containsPattern("(?m)^" + name + "\\." + figure + ": -?\\d");
            }
        }
        assertThat(printed)
                .containsPattern(
                        "(?m)^subscriptions-1\\.commit-to-event\\.p99: \\S+ ms \\(target .*: (met|missed)\\)$");
    }

    @Test
    void saysWhatIsWrongWithAnOption() throws Exception {
        assertThat(run("subscriptions", "--counts", "0")).isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--counts from 1 to 20000");
    }
}
