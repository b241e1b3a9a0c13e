package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.discovery.registration.WebServerPort;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Bean;

/** Looks at the web server, where there is one. */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnClass({WebServerInitializedEvent.class, ServerProperties.class})
final class WebServerDetailsAutoConfiguration {

    @Bean
    WebServerPort corrosionWebServerPort() {
        return new WebServerPort();
    }

    @Bean
    WebServerDetails corrosionWebServerDetails(WebServerPort port, ObjectProvider<ServerProperties> properties) {
        ServerProperties server = properties.getIfAvailable(ServerProperties::new);
        Ssl ssl = server.getSsl();
        return new WebServerDetails(server.getAddress(), ssl != null && ssl.isEnabled(), port::get);
    }
}
