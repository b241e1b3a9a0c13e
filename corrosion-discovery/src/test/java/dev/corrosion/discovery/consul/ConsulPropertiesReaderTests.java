package dev.corrosion.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.mock.env.MockEnvironment;

class ConsulPropertiesReaderTests {

    private static final String CONSUL = "spring.cloud.consul.discovery.";
    private static final String OURS = "corrosion.discovery.";

    private final MockEnvironment environment = new MockEnvironment();

    @Test
    void whatIsSaidToConsulIsTakenIfSomebodyAsksForIt() {
        environment
                .withProperty(OURS + "consul.properties", "true")
                .withProperty(CONSUL + "preferIpAddress", "true")
                .withProperty(CONSUL + "tags", "blue,green")
                .withProperty(CONSUL + "metadata.team", "shop")
                .withProperty(CONSUL + "instance-zone", "z1")
                .withProperty(CONSUL + "query-passing", "true")
                .withProperty(CONSUL + "server-list-query-tags.stock", "v2")
                .withProperty(CONSUL + "health-check-critical-timeout", "3m")
                .withProperty(CONSUL + "health-check-path", "/alive")
                .withProperty(CONSUL + "service-name", "theirs")
                .withProperty(OURS + "service-name", "ours");
        read();
        assertThat(ours("prefer-ip-address")).isEqualTo("true");
        assertThat(ours("tags")).isEqualTo("blue,green");
        assertThat(ours("metadata.team")).isEqualTo("shop");
        assertThat(ours("zone")).isEqualTo("z1");
        assertThat(ours("include-unhealthy")).isEqualTo("false");
        assertThat(ours("query-tags.stock")).isEqualTo("v2");
        assertThat(ours("reap-after")).isEqualTo("3m");
        assertThat(ours("service-name")).isEqualTo("ours");
        assertThat(ours("port")).isNull();
    }

    @Test
    void nothingIsTakenUnasked() {
        environment.withProperty(CONSUL + "port", "1");
        read();
        assertThat(ours("port")).isNull();
    }

    private void read() {
        new ConsulPropertiesReader(destination -> LogFactory.getLog("test"))
                .postProcessEnvironment(environment, new SpringApplication());
    }

    private @Nullable String ours(String name) {
        return environment.getProperty(OURS + name);
    }
}
