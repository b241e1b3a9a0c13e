package dev.corrosion.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The meters that are documented are those that there are. */
@NullUnmarked
class MetricsDocumentationTests {

    private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");
    private static final Pattern CODE = Pattern.compile("`([a-z.]+)`");

    /** By name of a meter, its section and the row that describes it. */
    private static Map<String, String> documented() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        String section = "";
        for (String line : Files.readAllLines(DOCUMENT)) {
            section = line.startsWith("## ") ? line.substring(3) : section;
            boolean describes = List.of("Timers", "Counters", "Gauges").contains(section);
            if (describes && line.startsWith("| `corrosion.")) {
                rows.put(codes(line).get(0), section + line);
            }
        }
        return rows;
    }

    private static List<String> codes(String text) {
        return CODE.matcher(text).results().map(result -> result.group(1)).toList();
    }

    private static String section(Meter meter) {
        return switch (meter.getId().getType()) {
            case COUNTER -> "Counters";
            case GAUGE -> "Gauges";
            case TIMER -> "Timers";
            default -> "none";
        };
    }

    @Test
    void allAreDocumentedWithTheirTypesUnitsAndTagsAndNoOthers(@TempDir Path directory) throws IOException {
        Map<String, String> documented = documented();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Corrosion node = Corrosion.open(CorrosionOptions.builder()
                .database(directory.resolve("a.db"))
                .port(0)
                .build())) {
            new CorrosionMetrics(node).bindTo(registry);
            String all = Files.readString(DOCUMENT);
            List<Meter> meters = registry.getMeters().stream()
                    .filter(meter -> meter.getId().syntheticAssociation() == null) // buckets of timers
                    .toList();
            for (Meter meter : meters) {
                String name = meter.getId().getName();
                String row = documented.getOrDefault(name, "");
                assertThat(row).as("row of %s", name).startsWith(section(meter));
                for (Tag tag : meter.getId().getTags()) {
                    assertThat(all).contains('`' + tag.getKey() + '`').contains('`' + tag.getValue() + '`');
                }
                String unit = Objects.requireNonNullElse(meter.getId().getBaseUnit(), "");
                if (!section(meter).equals("Timers")) {
                    assertThat(row).as("unit of %s", name).contains("` | " + unit + (unit.isEmpty() ? "| " : " | "));
                }
            }
            Set<String> registered = new TreeSet<>();
            meters.forEach(meter -> registered.add(meter.getId().getName()));
            assertThat(registered).containsExactlyElementsOf(new TreeSet<>(documented.keySet()));
        }
    }

    @Test
    void whatIsToBeAlertedOnExists() throws IOException {
        String all = Files.readString(DOCUMENT);
        String alerts = all.substring(all.indexOf("## What to alert on"), all.indexOf("## Timers"));
        Matcher names = Pattern.compile("`(corrosion\\.[a-z.]+)").matcher(alerts);

        assertThat(names.results().map((MatchResult result) -> result.group(1)).collect(Collectors.toSet()))
                .isNotEmpty()
                .isSubsetOf(documented().keySet());
    }
}
