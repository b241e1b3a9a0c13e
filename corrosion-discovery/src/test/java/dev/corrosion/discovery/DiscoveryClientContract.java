package dev.corrosion.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/**
 * What callers of a {@link DiscoveryClient} rely on. The client under test knows the service {@code orders} at {@code
 * http://10.0.0.1:80} and {@code https://10.0.0.2:443}, with metadata {@code zone=north}, and {@code mail} at {@code
 * http://[fd00::1]:25}.
 */
@NullUnmarked
abstract class DiscoveryClientContract {

    abstract DiscoveryClient client();

    @Test
    void hasADescriptionAndAnOrder() {
        assertThat(client().description()).isNotBlank();
        assertThat(client().getOrder()).isEqualTo(7);
    }

    @Test
    void namesEachServiceOnce() {
        assertThat(client().getServices()).containsExactlyInAnyOrder("mail", "orders");
    }

    @Test
    void givesAllInstancesOfAService() {
        List<ServiceInstance> orders = client().getInstances("orders");

        assertThat(orders)
                .extracting(instance -> instance.getUri().toString())
                .containsExactlyInAnyOrder("http://10.0.0.1:80", "https://10.0.0.2:443");
        assertThat(orders).allSatisfy(instance -> {
            assertThat(instance.getServiceId()).isEqualTo("orders");
            assertThat(instance.getInstanceId()).isNotBlank();
            assertThat(instance.getMetadata()).containsEntry("zone", "north");
            assertThat(instance.isSecure()).isEqualTo(instance.getPort() == 443);
            assertThat(instance.getUri().getHost()).isEqualTo(instance.getHost());
        });
    }

    @Test
    void anAddressOfVersionSixMakesAUri() {
        assertThat(client().getInstances("mail"))
                .extracting(instance -> instance.getUri().toString())
                .containsExactly("http://[fd00::1]:25");
    }

    @Test
    void instancesHaveTheSameOrderEachTime() {
        assertThat(client().getInstances("orders")).isEqualTo(client().getInstances("orders"));
    }

    @Test
    void ofAServiceThatNobodyKnowsThereAreNone() {
        assertThat(client().getInstances("nobody")).isEmpty();
    }

    @Test
    void theProbePassesWhileItAnswers() {
        assertThatCode(() -> client().probe()).doesNotThrowAnyException();
    }
}
