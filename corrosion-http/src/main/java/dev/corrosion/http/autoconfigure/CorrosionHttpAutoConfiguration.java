package dev.corrosion.http.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.http.ApiExtension;
import dev.corrosion.http.HttpApi;
import dev.corrosion.http.HttpApiOptions;
import dev.corrosion.spring.autoconfigure.CorrosionAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** The API, and the port of its own if there is to be one. */
@AutoConfiguration(
        after = CorrosionAutoConfiguration.class,
        afterName = "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration")
@ConditionalOnBean(Corrosion.class)
@Conditional(CorrosionHttpAutoConfiguration.IsWanted.class)
@EnableConfigurationProperties(CorrosionHttpProperties.class)
public final class CorrosionHttpAutoConfiguration {

    /** Nothing is there that nobody has asked for. */
    static final class IsWanted extends AnyNestedCondition {

        IsWanted() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnProperty("corrosion.http.port")
        static final class OnItsOwnPort {}

        @ConditionalOnProperty("corrosion.http.base-path")
        static final class InWebFlux {}
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    HttpApi corrosionHttpApi(
            Corrosion corrosion, CorrosionHttpProperties properties, ObjectProvider<ApiExtension> extensions) {
        HttpApiOptions options = properties.apiOptions();
        return new HttpApi(corrosion, options, extensions.orderedStream().toList());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("corrosion.http.port")
    HttpServerLifecycle corrosionHttpServer(
            HttpApi api, CorrosionHttpProperties properties, ObjectProvider<SslBundles> bundles) {
        return new HttpServerLifecycle(api, properties.serverOptions(tls(properties.ssl(), bundles.getIfAvailable())));
    }

    /** Rather than not to serve what somebody has asked for. */
    @Bean
    @ConditionalOnProperty("corrosion.http.base-path")
    SmartInitializingSingleton corrosionHttpMountCheck(ListableBeanFactory beans) {
        return () -> {
            if (!beans.containsBean("corrosionHttpMount")) {
                throw new CorrosionException(
                        "corrosion.http.base-path is served by WebFlux only, and this is no WebFlux"
                                + " application: remove it, and set corrosion.http.port to have the API on a port of its own");
            }
        };
    }

    private static @Nullable ServerTls tls(CorrosionHttpProperties.Ssl ssl, @Nullable SslBundles bundles) {
        String name = ssl.bundle();
        if (name == null) {
            return null;
        }
        if (bundles == null) {
            throw new CorrosionException("corrosion.http.ssl.bundle is set, but the application has no SSL bundles");
        }
        return ServerTls.of(bundles, name, ssl.clientAuth());
    }
}
