package dev.corrosion.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What callers of a {@link ReactiveDiscoveryClient} rely on, with the services of {@link DiscoveryClientContract}. */
@NullUnmarked
abstract class ReactiveDiscoveryClientContract {

    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    abstract ReactiveDiscoveryClient client();

    @Test
    void hasADescriptionAndAnOrder() {
        assertThat(client().description()).isNotBlank();
        assertThat(client().getOrder()).isEqualTo(7);
    }

    @Test
    void namesEachServiceOnceAndEnds() {
        StepVerifier.create(client().getServices().collectSortedList())
                .assertNext(services -> assertThat(services).containsExactly("mail", "orders"))
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void givesAllInstancesOfAServiceAndEndsAsOftenAsItIsSubscribedTo() {
        Flux<ServiceInstance> orders = client().getInstances("orders");

        for (int i = 0; i < 2; i++) {
            StepVerifier.create(
                            orders.map(instance -> instance.getUri().toString()).collectSortedList())
                    .assertNext(uris -> assertThat(uris).containsExactly("http://10.0.0.1:80", "https://10.0.0.2:443"))
                    .expectComplete()
                    .verify(AT_ONCE);
        }
    }

    @Test
    void givesNoMoreThanIsAskedFor() {
        StepVerifier.create(client().getInstances("orders"), 1)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(20))
                .thenRequest(1)
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void ofAServiceThatNobodyKnowsThereAreNone() {
        StepVerifier.create(client().getInstances("nobody")).expectComplete().verify(AT_ONCE);
    }

    @Test
    void theProbePassesWhileItAnswers() {
        StepVerifier.create(client().reactiveProbe()).expectComplete().verify(AT_ONCE);
    }
}
