package dev.corrosion.discovery.configserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import dev.corrosion.discovery.CatalogTables;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application that takes its configuration from a Config Server which it finds in the catalogue of a peer. */
class ConfigServerDiscoveryTests {

    private static final String ANSWER = """
            {"name": "shop", "profiles": ["default"], "label": null, "version": "1", "state": null,
             "propertySources": [{"name": "file", "source": {"greeting": "from the server"}}]}""";

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}

    @Test
    void theFirstStartFindsTheServerThroughAPeerAndTheNextOneWithout(@TempDir Path directory) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.application.name=shop",
                "--spring.config.import=configserver:",
                "--spring.cloud.config.discovery.enabled=true",
                "--spring.cloud.config.discovery.service-id=configs",
                "--corrosion.node.data-directory=" + directory.resolve("shop"),
                "--corrosion.cluster.host=127.0.0.1",
                "--corrosion.cluster.port=0"));
        try (Corrosion peer = Corrosion.open(CorrosionOptions.builder()
                .database(directory.resolve("peer.db"))
                .schema(CatalogTables.SCHEMA.sql())
                .host("127.0.0.1")
                .port(0)
                .build())) {
            peer.write(Statement.of(
                    "INSERT INTO services (instance_id, service, node_id, node_started, host, port, status)"
                            + " VALUES ('c1', 'configs', ?, ?, '127.0.0.1', ?, 'UP')",
                    peer.actorId().toString(),
                    peer.status().startedAt().toEpochMilli(),
                    server.getAddress().getPort()));
            arguments.add("--corrosion.cluster.bootstrap=127.0.0.1:"
                    + peer.status().address().getPort());
            assertThat(greeting(arguments)).isEqualTo("from the server");
        }
        assertThat(greeting(arguments)).isEqualTo("from the server");
        server.stop(0);
    }

    private static String greeting(List<String> arguments) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.NONE)
                .run(arguments.toArray(String[]::new))) {
            return context.getEnvironment().getProperty("greeting", "none");
        }
    }
}
