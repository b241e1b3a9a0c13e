package dev.corrosion.discovery.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Configuration;

class WebServerDetailsAutoConfigurationTests {

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withUserConfiguration(Server.class)
            .withConfiguration(AutoConfigurations.of(WebServerDetailsAutoConfiguration.class));

    private void details(Consumer<WebServerDetails> check, String... properties) {
        runner.withPropertyValues(properties).run(context -> check.accept(context.getBean(WebServerDetails.class)));
    }

    @Test
    void aServerSpeaksTlsIfItIsConfigured() {
        details(
                web -> {
                    assertThat(web.service().secure()).isFalse();
                    assertThat(web.management().secure()).isFalse();
                },
                "server.port=80");
        details(
                web -> {
                    assertThat(web.service().secure()).isTrue();
                    assertThat(web.management().secure()).isTrue();
                },
                "server.ssl.bundle=web");
        details(
                web -> {
                    assertThat(web.service().secure()).isTrue();
                    assertThat(web.management().secure()).isFalse();
                },
                "server.ssl.bundle=web",
                "management.server.ssl.enabled=false");
        details(
                web -> assertThat(web.service().secure()).isFalse(),
                "server.ssl.bundle=web",
                "server.ssl.enabled=false");
    }

    @Test
    void addressesAndPathsAreThoseOfTheServers() {
        details(
                web -> {
                    assertThat(web.service().address()).hasToString("/10.0.0.1");
                    assertThat(web.management().address()).hasToString("/127.0.0.1");
                    assertThat(web.service().contextPath()).isEqualTo("/shop");
                    assertThat(web.management().contextPath()).isEqualTo("/manage");
                },
                "server.address=10.0.0.1",
                "server.servlet.context-path=/shop",
                "management.server.address=127.0.0.1",
                "management.server.base-path=/manage");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ServerProperties.class)
    static class Server {}
}
