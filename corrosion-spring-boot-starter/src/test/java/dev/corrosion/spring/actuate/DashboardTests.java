package dev.corrosion.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.spring.autoconfigure.CorrosionAutoConfiguration;
import dev.corrosion.spring.autoconfigure.CorrosionMetricsAutoConfiguration;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard asks for metrics that an application has. */
@NullUnmarked
class DashboardTests {

    private static final Path DASHBOARD = Path.of("..", "docs", "grafana", "corrosion.json");

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        CorrosionAutoConfiguration.class,
        CorrosionMetricsAutoConfiguration.class,
        MetricsAutoConfiguration.class,
        PrometheusMetricsExportAutoConfiguration.class
    })
    static class Application {}

    private static String scrape(Path directory) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run("--corrosion.node.data-directory=" + directory, "--corrosion.cluster.port=0")) {
            return context.getBean(PrometheusMeterRegistry.class).scrape();
        }
    }

    /** Title of a panel to the metrics that it shows. */
    private static Map<String, Set<String>> panels() {
        JsonNode dashboard = JsonMapper.shared().readTree(DASHBOARD.toFile());
        Map<String, Set<String>> panels = new TreeMap<>();
        List<JsonNode> variables = new ArrayList<>();
        dashboard.get("templating").get("list").forEach(variables::add);
        dashboard.get("panels").forEach(panel -> {
            Set<String> metrics = panels.computeIfAbsent(panel.get("title").asString(), title -> new TreeSet<>());
            if (panel.has("targets")) {
                panel.get("targets").forEach(target -> {
                    Set<String> read = PromQl.metrics(target.get("expr").asString());
                    assertThat(read).as(target.get("expr").asString()).isNotEmpty();
                    metrics.addAll(read);
                });
            }
        });
        variables.stream()
                .filter(variable -> variable.get("type").asString().equals("query"))
                .map(variable -> variable.get("query").get("query").asString())
                .forEach(query -> panels.put(
                        query, PromQl.metrics(query.substring("label_values(".length(), query.lastIndexOf(',')))));
        return panels;
    }

    @Test
    void eachMetricIsInAScrape(@TempDir Path directory) {
        Set<String> series = scrape(directory)
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(panels())
                .hasSizeGreaterThan(20)
                .allSatisfy((panel, metrics) -> assertThat(series).as(panel).containsAll(metrics));
    }

    @Test
    void metricsAreFoundInExpressions() {
        assertThat(PromQl.metrics(
                        "histogram_quantile(0.99, sum by (le, path) (rate(a_bucket{x=~\"$y\"}[5m]))) > bool 1"))
                .containsExactly("a_bucket");
        assertThat(PromQl.metrics(
                        "sum(rate(a{b=\"c}d\", e='f'}[$__rate_interval])) by (g) / on (h) group_left (i) j:k"))
                .containsExactly("a", "j:k");
        assertThat(PromQl.metrics("max_over_time(a[1h:5m] offset 1d) or b unless c and 5e3"))
                .containsExactly("a", "b", "c");
    }
}
