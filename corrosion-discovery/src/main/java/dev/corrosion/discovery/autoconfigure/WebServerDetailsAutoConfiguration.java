package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.autoconfigure.WebServerDetails.Server;
import dev.corrosion.discovery.registration.WebServerPort;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Looks at the web servers, where there are any. */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnClass({WebServerInitializedEvent.class, ServerProperties.class})
final class WebServerDetailsAutoConfiguration {

    @Bean
    WebServerPort corrosionWebServerPort() {
        return new WebServerPort();
    }

    @Bean
    WebServerDetails corrosionWebServerDetails(
            WebServerPort port,
            ObjectProvider<ServerProperties> properties,
            ContextPath contextPath,
            Environment environment) {
        ServerProperties server = properties.getIfAvailable(ServerProperties::new);
        Binder binder = Binder.get(environment);
        Ssl managementSsl = binder.bind("management.server.ssl", Ssl.class).orElse(server.getSsl());
        return new WebServerDetails(
                new Server(server.getAddress(), isEnabled(server.getSsl()), contextPath.path(), port::get),
                new Server(
                        binder.bind("management.server.address", InetAddress.class)
                                .orElse(server.getAddress()),
                        isEnabled(managementSsl),
                        environment.getProperty("management.server.base-path", ""),
                        port::management));
    }

    private static boolean isEnabled(@Nullable Ssl ssl) {
        return ssl != null && ssl.isEnabled();
    }

    /** What the paths of the application begin with. */
    record ContextPath(String path) {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class Servlet {

        @Bean
        ContextPath corrosionContextPath(Environment environment) {
            return new ContextPath(environment.getProperty("server.servlet.context-path", ""));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class Reactive {

        @Bean
        ContextPath corrosionContextPath(Environment environment) {
            return new ContextPath(environment.getProperty("spring.webflux.base-path", ""));
        }
    }
}
