package dev.corrosion.discovery.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.cloud.client.serviceregistry.ServiceRegistry;

/** What users of Spring Cloud's {@link ServiceRegistry} rely on, whatever is behind it. */
abstract class ServiceRegistryContract<R extends Registration> {

    /** The registry to test; the same during one test. */
    abstract ServiceRegistry<R> registry();

    /** A new registration of an instance of its own. */
    abstract R registration(String service, int port);

    /** The ports of the instances of a service that callers are given, in order. */
    abstract List<Integer> called(String service);

    @Test
    void whatIsRegisteredIsCalled() {
        registry().register(registration("orders", 1));
        registry().register(registration("orders", 2));
        registry().register(registration("payments", 3));

        assertThat(called("orders")).containsExactly(1, 2);
        assertThat(called("payments")).containsExactly(3);
    }

    @Test
    void registeringAgainMakesNoSecondInstance() {
        registry().register(registration("orders", 1));
        registry().register(registration("orders", 1));

        assertThat(called("orders")).containsExactly(1);
    }

    @Test
    void whatIsDeregisteredIsNotCalledAndMayComeBack() {
        R one = registration("orders", 1);
        registry().register(one);
        registry().register(registration("orders", 2));

        registry().deregister(one);
        assertThat(called("orders")).containsExactly(2);
        registry().deregister(one);
        registry().register(one);
        assertThat(called("orders")).containsExactly(1, 2);
    }

    @Test
    void deregisteringWhatWasNeverRegisteredDoesNothing() {
        registry().register(registration("orders", 2));
        registry().deregister(registration("orders", 1));
        assertThat(called("orders")).containsExactly(2);
    }

    @Test
    void whatIsOutOfServiceIsNotCalledUntilItIsUpAgain() {
        R one = registration("orders", 1);
        registry().register(one);

        registry().setStatus(one, "OUT_OF_SERVICE");
        assertThat(called("orders")).isEmpty();
        assertThat(registry().<Object>getStatus(one).toString()).contains("OUT_OF_SERVICE");
        registry().setStatus(one, "UP");
        assertThat(called("orders")).containsExactly(1);
        assertThat(registry().<Object>getStatus(one).toString()).contains("UP").doesNotContain("OUT_OF_SERVICE");
    }

    @Test
    void aStatusThatDoesNotExistIsRefusedAndChangesNothing() {
        R one = registration("orders", 1);
        registry().register(one);

        assertThatThrownBy(() -> registry().setStatus(one, "SLEEPY")).isInstanceOf(IllegalArgumentException.class);
        assertThat(called("orders")).containsExactly(1);
    }

    @Test
    void theStatusOfWhatIsNotRegisteredCanBeAskedFor() {
        assertThat(registry().<Object>getStatus(registration("orders", 1)).toString())
                .contains("UNKNOWN");
    }

    @Test
    void closingRemovesEverythingAndMayBeDoneTwice() {
        registry().register(registration("orders", 1));
        registry().register(registration("payments", 2));

        registry().close();
        assertThat(called("orders")).isEmpty();
        assertThat(called("payments")).isEmpty();
        assertThatCode(() -> registry().close()).doesNotThrowAnyException();
    }
}
