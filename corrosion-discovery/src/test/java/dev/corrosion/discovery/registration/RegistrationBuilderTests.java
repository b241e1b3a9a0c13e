package dev.corrosion.discovery.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RegistrationBuilderTests {

    @Test
    void theIdIsOfServiceNodeAndPortAndFollowsAPortThatIsKnownLater() {
        int[] port = {0};
        CorrosionRegistration registration = builder().port(() -> port[0]).build();
        port[0] = 8080;
        assertThat(registration.getInstanceId()).isEqualTo("orders:n1:8080");
    }

    @Test
    void metadataStandsInForFieldsThatAreNotGiven() {
        CorrosionRegistration registration = builder()
                .metadata("zone", "a")
                .metadata("weight", "3")
                .metadata("group", "blue")
                .group("green")
                .build();
        assertThat(registration.getZone()).isEqualTo("a");
        assertThat(registration.getWeight()).isEqualTo(3);
        assertThat(registration.getGroup()).isEqualTo("green");
        assertThat(registration.getMetadata()).containsEntry("group", "green");
    }

    @Test
    void whatCannotBeIsRefused() {
        refused(b -> b.serviceId(" "), "spring.application.name");
        refused(b -> b.instanceId("a\nb"), "instance id");
        refused(b -> b.port(70_000), "65535");
        refused(b -> b.scheme("ht tp"), "scheme");
        refused(b -> b.weight(0), "weight");
        refused(b -> b.tag(""), "tag");
        refused(b -> b.metadata("weight", "heavy").build(), "heavy");
        refused(b -> b.namespace(""), "namespace");
    }

    private static void refused(Consumer<RegistrationBuilder> step, String text) {
        assertThatThrownBy(() -> step.accept(builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    private static RegistrationBuilder builder() {
        return CorrosionRegistration.builder("orders", "n1", "localhost");
    }
}
