package dev.corrosion.test.autoconfigure;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.spring.autoconfigure.CorrosionAutoConfiguration;
import dev.corrosion.spring.autoconfigure.CorrosionConnectionDetails;
import dev.corrosion.spring.autoconfigure.CorrosionOpener;
import dev.corrosion.test.TestCluster;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/** Puts a cluster of the test around the application's node. Imported by {@link AutoConfigureCorrosion} only. */
@AutoConfiguration(before = CorrosionAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "corrosion.enabled", matchIfMissing = true)
public final class CorrosionTestAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    TestCluster corrosionTestCluster(Environment environment) {
        int nodes = environment.getProperty("corrosion.test.nodes", Integer.class, 1);
        return TestCluster.aroundApplication(nodes).start();
    }

    /** Stops the peers while the context is stopped or paused. */
    @Bean
    PeersLifecycle corrosionTestPeersLifecycle(TestCluster cluster) {
        return new PeersLifecycle(cluster);
    }

    /** In place of one that asks a platform where other nodes are. */
    @Bean
    @Primary
    CorrosionConnectionDetails corrosionTestConnectionDetails() {
        return List::of;
    }

    @Bean
    @Primary
    CorrosionOpener corrosionTestOpener(TestCluster cluster) {
        return cluster::openApplication;
    }

    /** After all customizers, and of options that are a bean of the application's, too. */
    @Bean
    static BeanPostProcessor corrosionTestOptions(ObjectProvider<TestCluster> cluster) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof CorrosionOptions options
                        ? cluster.getObject().applicationOptions(options)
                        : bean;
            }
        };
    }
}
