package dev.corrosion.discovery.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corrosion.CorrosionException;
import dev.corrosion.discovery.registration.CorrosionAutoServiceRegistration;
import dev.corrosion.discovery.registration.CorrosionManagementRegistrationCustomizer;
import dev.corrosion.discovery.registration.CorrosionRegistration;
import dev.corrosion.discovery.registration.CorrosionRegistrationCustomizer;
import dev.corrosion.discovery.registration.CorrosionServiceRegistry;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.cloud.client.serviceregistry.RegistrationLifecycle;
import org.springframework.cloud.client.serviceregistry.RegistrationManagementLifecycle;
import org.springframework.cloud.client.serviceregistry.endpoint.ServiceRegistryEndpoint;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@NullUnmarked
class RegistrationAutoConfigurationTests {

    private TestApplications applications;

    @BeforeEach
    void begin() throws SQLException {
        applications = new TestApplications();
    }

    @AfterEach
    void end() throws SQLException {
        applications.close();
    }

    @ParameterizedTest
    @CsvSource({"SERVLET, server.servlet.context-path", "REACTIVE, spring.webflux.base-path"})
    void theManagementServerIsRegisteredBesideTheService(WebApplicationType type, String pathProperty) {
        ConfigurableApplicationContext context = applications.run(
                type,
                Extras.class,
                // Both Tomcat and Netty are here, and both make the context of a reactive management server.
                "spring.main.allow-bean-definition-overriding=true",
                "management.server.port=0",
                "management.server.base-path=/manage",
                pathProperty + "=/shop",
                "corrosion.discovery.tags=fast,new",
                "corrosion.discovery.metadata.k=v",
                "corrosion.discovery.namespace=test",
                "corrosion.discovery.zone=a",
                "corrosion.discovery.group=blue",
                "corrosion.discovery.version=1.2",
                "corrosion.discovery.weight=3");
        String port = context.getEnvironment().getProperty("local.server.port");
        String management = context.getEnvironment().getProperty("local.management.port");

        assertThat(port).isNotEqualTo(management);
        assertThat(applications.services("service || ' ' || port || ' ' || tags || ' ' || metadata"))
                .containsExactly(
                        "orders " + port + " [\"fast\",\"new\",\"custom\"] {\"contextPath\":\"/shop\",\"k\":\"v\"}",
                        "orders-management " + management
                                + " [\"management\",\"extra\"] {\"contextPath\":\"/manage\",\"k\":\"v\"}");
        assertThat(applications.services(
                        "namespace || ' ' || zone || ' ' || service_group || ' ' || version || ' ' || weight"))
                .containsOnly("test a blue 1.2 3");
        List<String> heard = context.getBean(Callbacks.class).heard;
        assertThat(heard).containsExactly("+orders", "orders+", "+orders-management", "orders-management+");
        assertThat(context.getBean(AnyRegistry.class).registered).containsExactly("orders");
        heard.clear();

        context.close();
        assertThat(applications.services("service")).isEmpty();
        assertThat(heard).containsExactly("-orders", "-orders-management", "orders-", "orders-management-");
    }

    @Test
    void theManagementServerIsNotRegisteredIfThatIsSwitchedOff() {
        applications.run(
                WebApplicationType.SERVLET,
                Extras.class,
                "management.server.port=0",
                "spring.cloud.service-registry.auto-registration.register-management=false");
        assertThat(applications.services("service")).containsExactly("orders");
    }

    @Test
    void healthBecomesTheStatusAndWhatAPersonSetsStays() {
        ConfigurableApplicationContext context = applications.run(WebApplicationType.SERVLET, WithAiling.class);
        Ailing ailing = context.getBean(Ailing.class);
        ServiceRegistryEndpoint endpoint = context.getBean(ServiceRegistryEndpoint.class);
        assertThat(applications.services("status")).containsExactly("UP");

        ailing.health = Health.down().withDetail("password", "123").build();
        await().untilAsserted(() -> assertThat(applications.services("status || ' ' || status_detail"))
                .containsExactly("DOWN ailing DOWN"));
        ailing.health = Health.unknown().build();
        await().untilAsserted(() -> assertThat(applications.services("status")).containsExactly("UP"));

        endpoint.setStatus("OUT_OF_SERVICE");
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        assertThat(applications.services("status")).isEmpty();
        AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
        assertThat(applications.services("status")).containsExactly("OUT_OF_SERVICE");
        assertThat(endpoint.getStatus().getBody())
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("overriddenStatus", "OUT_OF_SERVICE");
        endpoint.setStatus("CANCEL_OVERRIDE");
        assertThat(applications.services("status")).containsExactly("UP");
    }

    @Test
    void anApplicationThatIsDownAtTheStartIsNeverUp() {
        applications.run(WebApplicationType.NONE, DownFromTheStart.class);
        assertThat(applications.services("status || ' ' || status_detail")).containsExactly("DOWN broken DOWN");
    }

    @Test
    void onlyTheChosenHealthGroupCounts() {
        applications.run(
                WebApplicationType.NONE,
                DownFromTheStart.class,
                "management.endpoint.health.group.serving.include=ping",
                "corrosion.discovery.health.group=serving");
        assertThat(applications.services("status")).containsExactly("UP");
    }

    @Test
    void aChangeOfAvailabilityIsLookedAtAtOnce() {
        ConfigurableApplicationContext context = applications.run(
                WebApplicationType.NONE,
                Extras.class,
                "management.health.livenessstate.enabled=true",
                "corrosion.discovery.health.interval=1h");
        assertThat(applications.services("status")).containsExactly("UP");
        AvailabilityChangeEvent.publish(context, LivenessState.BROKEN);
        await().untilAsserted(() -> assertThat(applications.services("status || ' ' || status_detail"))
                .containsExactly("DOWN livenessState DOWN"));
    }

    @Test
    void healthCanBeLeftOut() {
        applications.run(WebApplicationType.NONE, DownFromTheStart.class, "corrosion.discovery.health.enabled=false");
        assertThat(applications.services("status")).containsExactly("UP");
    }

    @Test
    void aRegistrationThatIsNotToBeRemovedStaysAsDown() {
        applications
                .run(WebApplicationType.NONE, Extras.class, "corrosion.discovery.deregister=false")
                .close();
        assertThat(applications.services("status")).containsExactly("DOWN");
    }

    @Test
    void whoDoesNotWantTheLifecycleStartsIt() {
        ConfigurableApplicationContext context =
                applications.run(WebApplicationType.NONE, Extras.class, "corrosion.discovery.lifecycle.enabled=false");
        assertThat(applications.services("status")).isEmpty();
        CorrosionAutoServiceRegistration registration = context.getBean(CorrosionAutoServiceRegistration.class);
        registration.start();
        assertThat(applications.services("status")).containsExactly("UP");
        registration.stop();
        assertThat(applications.services("status")).isEmpty();
    }

    @Test
    void aRegistrationThatFailsFailsTheApplicationOrIsTriedAgain() {
        assertThatThrownBy(() -> applications.run(WebApplicationType.NONE, FailsOnce.class))
                .hasMessageContaining("not now");
        assertThat(applications.services("status")).isEmpty();

        applications.run(WebApplicationType.NONE, FailsOnce.class, "corrosion.discovery.fail-fast=false");
        await().untilAsserted(() -> assertThat(applications.services("status")).containsExactly("UP"));
    }

    @ParameterizedTest
    @CsvSource({
        "port, 70000, 65535",
        "scheme, ht tp, http or https",
        "weight, 0, 1 to",
        "preferred-networks, eth0, 10.0.0.0/8",
        "preferred-networks, 203.0.113.0/24, no address of this machine",
        "deregister-delay, -1s, minutes",
        "health.interval, 1ms, 50 ms",
        "health.group, nowhere, management.endpoint.health.group",
        "management.suffix, , suffix",
    })
    void aValueThatCannotBeIsRefusedWithTheNameOfItsProperty(String property, String value, String text) {
        assertThatThrownBy(() -> applications.run(
                        WebApplicationType.NONE,
                        Extras.class,
                        "corrosion.discovery." + property + "=" + (value == null ? "" : value)))
                .rootCause()
                .satisfies(cause -> assertThat(causes(cause)).contains("corrosion.discovery." + property));
    }

    private static String causes(Throwable cause) {
        return cause instanceof InvalidConfigurationPropertyValueException invalid
                ? invalid.getName() + " " + invalid.getReason()
                : String.valueOf(cause);
    }

    @Test
    void anUnusedRegistrationLeavesTheRegistryForUseByHand() {
        ConfigurableApplicationContext context = applications.run(
                WebApplicationType.NONE, Extras.class, "spring.cloud.service-registry.auto-registration.enabled=false");
        assertThat(context.getBeanNamesForType(CorrosionAutoServiceRegistration.class))
                .isEmpty();
        CorrosionServiceRegistry registry = context.getBean(CorrosionServiceRegistry.class);
        registry.register(registry.registration("reports").port(7).build());
        assertThat(applications.services("service")).containsExactly("reports");
        context.close();
        assertThat(applications.services("service")).isEmpty();
    }

    @Configuration(proxyBeanMethods = false)
    static class Extras {

        @Bean
        CorrosionRegistrationCustomizer tag() {
            return registration -> registration.tag("custom");
        }

        @Bean
        CorrosionManagementRegistrationCustomizer managementTag() {
            return registration -> registration.tag("extra");
        }

        @Bean
        Callbacks callbacks() {
            return new Callbacks();
        }

        @Bean
        AnyRegistry anyRegistry() {
            return new AnyRegistry();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithAiling {

        @Bean
        Ailing ailingHealthIndicator() {
            return new Ailing();
        }
    }

    static class Ailing implements HealthIndicator {
        volatile Health health = Health.up().build();

        @Override
        public Health health() {
            return health;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class DownFromTheStart {

        @Bean
        HealthIndicator brokenHealthIndicator() {
            return () -> Health.down().build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FailsOnce {

        @Bean
        Callbacks callbacks() {
            return new Callbacks() {
                private boolean failed;

                @Override
                public void postProcessBeforeStartRegister(CorrosionRegistration registration) {
                    if (!failed) {
                        failed = true;
                        throw new CorrosionException("not now");
                    }
                }
            };
        }
    }

    /** As people write it who do not know which registry there is. */
    static class AnyRegistry implements RegistrationLifecycle<Registration> {
        final List<String> registered = new CopyOnWriteArrayList<>();

        @Override
        public void postProcessBeforeStartRegister(Registration registration) {}

        @Override
        public void postProcessAfterStartRegister(Registration registration) {
            registered.add(registration.getServiceId());
        }

        @Override
        public void postProcessBeforeStopRegister(Registration registration) {}

        @Override
        public void postProcessAfterStopRegister(Registration registration) {}
    }

    static class Callbacks implements RegistrationManagementLifecycle<CorrosionRegistration> {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @Override
        public void postProcessBeforeStartRegister(CorrosionRegistration registration) {
            heard.add("+" + registration.getServiceId());
        }

        @Override
        public void postProcessAfterStartRegister(CorrosionRegistration registration) {
            heard.add(registration.getServiceId() + "+");
        }

        @Override
        public void postProcessBeforeStopRegister(CorrosionRegistration registration) {
            heard.add("-" + registration.getServiceId());
        }

        @Override
        public void postProcessAfterStopRegister(CorrosionRegistration registration) {
            heard.add(registration.getServiceId() + "-");
        }

        @Override
        public void postProcessBeforeStartRegisterManagement(CorrosionRegistration registration) {
            postProcessBeforeStartRegister(registration);
        }

        @Override
        public void postProcessAfterStartRegisterManagement(CorrosionRegistration registration) {
            postProcessAfterStartRegister(registration);
        }

        @Override
        public void postProcessBeforeStopRegisterManagement(CorrosionRegistration registration) {
            postProcessBeforeStopRegister(registration);
        }

        @Override
        public void postProcessAfterStopRegisterManagement(CorrosionRegistration registration) {
            postProcessAfterStopRegister(registration);
        }
    }
}
