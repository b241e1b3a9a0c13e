package dev.corrosion.discovery.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.discovery.registration.CorrosionAutoServiceRegistration;
import dev.corrosion.discovery.registration.CorrosionServiceRegistry;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.serviceregistry.AbstractAutoServiceRegistration;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistration;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistrationProperties;
import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.cloud.client.serviceregistry.ServiceRegistry;
import org.springframework.cloud.client.serviceregistry.endpoint.ServiceRegistryEndpoint;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application that has another registry, too, which is made as those of Spring Cloud are. */
@NullUnmarked
class SideBySideTests {

    private TestApplications applications;

    @BeforeEach
    void begin() throws SQLException {
        applications = new TestApplications();
    }

    @AfterEach
    void end() throws SQLException {
        applications.close();
    }

    @Test
    void bothRegisterAndSpringCloudTalksToTheOther() {
        ConfigurableApplicationContext context = applications.run(WebApplicationType.SERVLET, Other.class);
        OtherRegistry other = context.getBean(OtherRegistry.class);

        assertThat(applications.services("service")).containsExactly("orders");
        assertThat(other.registered).containsExactly("orders");
        assertThat(context.getBean(AutoServiceRegistration.class)).isInstanceOf(OtherAutoRegistration.class);
        assertThat(context.getBean(CorrosionAutoServiceRegistration.class).isRunning())
                .isTrue();
        context.getBean(ServiceRegistryEndpoint.class).setStatus("OUT_OF_SERVICE");
        assertThat(other.statuses).containsExactly("OUT_OF_SERVICE");
        assertThat(context.getBean(UsesBoth.class).ours()).isInstanceOf(CorrosionServiceRegistry.class);

        context.close();
        assertThat(applications.services("service")).isEmpty();
        assertThat(other.registered).isEmpty();
    }

    @Configuration(proxyBeanMethods = false)
    static class Other {

        @Bean
        OtherRegistry otherRegistry() {
            return new OtherRegistry();
        }

        @Bean
        OtherRegistration otherRegistration() {
            return new OtherRegistration();
        }

        @Bean
        OtherAutoRegistration otherAutoRegistration(
                ApplicationContext context,
                OtherRegistry registry,
                OtherRegistration registration,
                AutoServiceRegistrationProperties properties) {
            return new OtherAutoRegistration(context, registry, registration, properties);
        }

        @Bean
        UsesBoth usesBoth(ServiceRegistry<?> any, CorrosionServiceRegistry ours) {
            return new UsesBoth(any, ours);
        }
    }

    record UsesBoth(ServiceRegistry<?> any, CorrosionServiceRegistry ours) {}

    static class OtherRegistration extends DefaultServiceInstance implements Registration {
        OtherRegistration() {
            super("other", "orders", "localhost", 1, false, Map.of());
        }
    }

    static class OtherRegistry implements ServiceRegistry<OtherRegistration> {
        final List<String> registered = new CopyOnWriteArrayList<>();
        final List<String> statuses = new CopyOnWriteArrayList<>();

        @Override
        public void register(OtherRegistration registration) {
            registered.add(registration.getServiceId());
        }

        @Override
        public void deregister(OtherRegistration registration) {
            registered.remove(registration.getServiceId());
        }

        @Override
        public void close() {}

        @Override
        public void setStatus(OtherRegistration registration, String status) {
            statuses.add(status);
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        public <T> T getStatus(OtherRegistration registration) {
            return (T) "UP";
        }
    }

    static class OtherAutoRegistration extends AbstractAutoServiceRegistration<OtherRegistration> {

        private final OtherRegistration registration;

        OtherAutoRegistration(
                ApplicationContext context,
                OtherRegistry registry,
                OtherRegistration registration,
                AutoServiceRegistrationProperties properties) {
            super(context, registry, properties);
            this.registration = registration;
        }

        @Override
        @SuppressWarnings("deprecation") // abstract all the same
        protected Object getConfiguration() {
            return registration;
        }

        @Override
        protected boolean isEnabled() {
            return true;
        }

        @Override
        protected OtherRegistration getRegistration() {
            return registration;
        }

        @Override
        protected OtherRegistration getManagementRegistration() {
            return registration;
        }
    }
}
