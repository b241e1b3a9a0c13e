package dev.corrosion.http.autoconfigure;

import dev.corrosion.CorrosionException;
import dev.corrosion.http.HttpApi;
import dev.corrosion.http.webflux.WebFluxMount;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/** The API in the application's own WebFlux server. */
@AutoConfiguration(after = CorrosionHttpAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(SimpleUrlHandlerMapping.class)
@ConditionalOnBean(HttpApi.class)
@ConditionalOnProperty("corrosion.http.base-path")
public final class CorrosionWebFluxAutoConfiguration {

    private static final String SECURITY = "org.springframework.security.web.server.SecurityWebFilterChain";

    @Bean
    WebFluxMount corrosionHttpMount(
            HttpApi api, CorrosionHttpProperties properties, ListableBeanFactory beans, Environment environment) {
        boolean secured = hasSecurity(beans);
        if (!secured && !api.requiresToken() && !isLoopback(environment.getProperty("server.address"))) {
            throw new CorrosionException("corrosion.http.base-path would open the database to everybody who reaches the"
                    + " application: set corrosion.http.tokens, or add Spring Security and protect the path, or set"
                    + " server.address=127.0.0.1 to stay on this machine");
        }
        return new WebFluxMount(
                api,
                path(String.valueOf(properties.basePath())),
                secured,
                properties.limits().requestTimeout());
    }

    /** Before the mapping of static resources, which takes every path. */
    @Bean
    SimpleUrlHandlerMapping corrosionHttpMapping(WebFluxMount mount, CorrosionHttpProperties properties) {
        String path = path(String.valueOf(properties.basePath()));
        return new SimpleUrlHandlerMapping(Map.of(path + HttpApi.ROOT + "**", mount), Ordered.HIGHEST_PRECEDENCE + 100);
    }

    private static boolean hasSecurity(ListableBeanFactory beans) {
        ClassLoader loader = CorrosionWebFluxAutoConfiguration.class.getClassLoader();
        return ClassUtils.isPresent(SECURITY, loader)
                && beans.getBeanNamesForType(ClassUtils.resolveClassName(SECURITY, loader)).length > 0;
    }

    private static boolean isLoopback(@Nullable String address) {
        try {
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // the web server will say so
        }
    }

    /** With a slash before it and none behind. */
    private static String path(String configured) {
        String path = configured.startsWith("/") ? configured : "/" + configured;
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
