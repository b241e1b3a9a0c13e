package dev.corrosion.test;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster for JUnit, from {@link TestClusterBuilder#extension}, in a field with {@code @RegisterExtension}: in an instance
 * field each test has a cluster of its own, in a static one all tests of the class share one, which is restored after each.
 * Tests take it by {@link #get} or as a parameter. Of a test that fails, the log tells the seed and the state of the network.
 */
public final class TestClusterExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {

    private static final Logger log = LoggerFactory.getLogger(TestClusterExtension.class);

    private final TestClusterBuilder builder;
    private boolean shared;
    private @Nullable TestCluster cluster;

    TestClusterExtension(TestClusterBuilder builder) {
        this.builder = builder;
    }

    /** The running cluster. */
    public TestCluster get() {
        TestCluster running = cluster;
        if (running == null) {
            throw new IllegalStateException(
                    "the test cluster runs during a test: put its extension into a field with" + " @RegisterExtension");
        }
        return running;
    }

    /** One of its nodes, from 0. */
    public TestNode node(int number) {
        return get().node(number);
    }

    /** All of them. */
    public List<TestNode> nodes() {
        return get().nodes();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = true;
        cluster = builder.start();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!shared) {
            cluster = builder.start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestCluster running = get();
        context.getExecutionException()
                .ifPresent(failure -> log.error("{} has failed. {}", context.getDisplayName(), running));
        if (shared) {
            running.restore();
        } else {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (shared) {
            close();
        }
    }

    private void close() {
        get().close();
        cluster = null;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestCluster.class && cluster != null;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return get();
    }
}
