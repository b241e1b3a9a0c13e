package dev.corrosion.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.discovery.FakeCluster;
import dev.corrosion.discovery.foreign.ForeignMirror;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ConsulBridgeTests {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private static final String WEB = """
            {"web-1": {"ID": "web-1", "Service": "web", "Tags": ["blue"], "Meta": {"zone": "z1"}, "Port": 8080,
                "Address": "10.0.0.7", "Weights": {"Passing": 3, "Warning": 1}, "EnableTagOverride": false},
             "db": {"ID": "db", "Service": "db", "Tags": null, "Meta": {}, "Port": 5432, "Address": ""},
             "consul": {"ID": "consul", "Service": "consul", "Port": 8300}}""";

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private FakeCluster cluster;
    private Corrosion node;
    private HttpServer agent;
    private ConsulBridge bridge;

    @BeforeEach
    void start() throws Exception {
        agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        agent.createContext("/", exchange -> {
            boolean allowed = "token".equals(exchange.getRequestHeaders().getFirst("X-Consul-Token"));
            byte[] body = answers.getOrDefault(exchange.getRequestURI().getPath(), "{}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(allowed ? 200 : 403, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        agent.start();
        cluster = new FakeCluster();
        node = cluster.join(1, START);
        bridge = bridge("token");
        answers.put("/v1/agent/services", WEB);
        answers.put("/v1/agent/checks", check("passing"));
    }

    @AfterEach
    void stop() throws Exception {
        agent.stop(0);
        cluster.close();
    }

    @Test
    void servicesAndChecksOfTheAgentBecomeRowsOfThisNode() throws Exception {
        bridge.copy();
        assertThat(column(
                        "SELECT instance_id || ' ' || service || ' ' || host || ':' || port || ' ' || tags || ' ' || zone"
                                + " || ' ' || weight || ' ' || source FROM services ORDER BY instance_id"))
                .containsExactly(
                        "db@00000000 db 127.0.0.1:5432 []  1 consul",
                        "web-1@00000000 web 10.0.0.7:8080 [\"blue\"] z1 3 consul");
        assertThat(column("SELECT check_id || ' ' || status FROM checks")).containsExactly("service:web-1 PASSING");
    }

    @Test
    void onlyWhatHasChangedIsWritten() throws Exception {
        bridge.copy();
        long before = changes();
        bridge.copy();
        assertThat(changes()).isEqualTo(before);
        answers.put("/v1/agent/checks", check("critical"));
        bridge.copy();
        assertThat(changes()).isEqualTo(before + 1);
        assertThat(column("SELECT status FROM checks")).containsExactly("CRITICAL");
    }

    @Test
    void whatTheAgentNoLongerHasIsRemovedAlsoAfterARestart() throws Exception {
        bridge.copy();
        answers.put("/v1/agent/services", "{}");
        node = cluster.join(1, START.plusSeconds(60));
        bridge = bridge("token");
        bridge.copy();
        assertThat(column("SELECT instance_id FROM services")).isEmpty();
        assertThat(column("SELECT check_id FROM checks")).isEmpty();
        answers.put("/v1/agent/services", WEB);
        bridge.copy();
        answers.put("/v1/agent/services", "{}");
        bridge.copy();
        assertThat(column("SELECT instance_id FROM services")).isEmpty();
    }

    @Test
    void anAgentThatRefusesLeavesTheRowsAsTheyAre() throws Exception {
        bridge.copy();
        ConsulBridge refused = bridge("wrong");
        assertThatExceptionOfType(IOException.class).isThrownBy(refused::copy).withMessageContaining("403");
        assertThat(column("SELECT instance_id FROM services")).hasSize(2);
    }

    private ConsulBridge bridge(String token) {
        return new ConsulBridge(
                new ConsulBridge.Settings(
                        URI.create("http://127.0.0.1:" + agent.getAddress().getPort()),
                        token,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(20),
                        Set.of("consul"),
                        "default"),
                new ForeignMirror(node, "consul", Clock.systemUTC()));
    }

    private static String check(String status) {
        return "{\"service:web-1\": {\"CheckID\": \"service:web-1\", \"ServiceID\": \"web-1\", \"Status\": \"" + status
                + "\"}}";
    }

    private List<String> column(String sql) {
        return cluster.query(Statement.of(sql)).stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    private long changes() {
        return (Long)
                cluster.query(Statement.of("SELECT total_changes()")).get(0).get(0);
    }
}
