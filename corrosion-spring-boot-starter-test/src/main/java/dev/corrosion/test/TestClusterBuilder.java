package dev.corrosion.test;

import dev.corrosion.CorrosionOptions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How to start a {@link TestCluster}. Not thread-safe. */
public final class TestClusterBuilder {

    private final int nodes;
    private final boolean aroundApplication;
    private final List<String> schema = new ArrayList<>();
    private final List<Consumer<CorrosionOptions.Builder>> customizers = new ArrayList<>();
    private @Nullable Long seed;

    TestClusterBuilder(int nodes, boolean aroundApplication) {
        if (nodes < 1 || nodes > TestCluster.MAX_NODES) {
            throw new IllegalArgumentException("a test cluster has 1 to " + TestCluster.MAX_NODES + " nodes, not "
                    + nodes + "; for larger ones there is the simulation of the core");
        }
        this.nodes = nodes;
        this.aroundApplication = aroundApplication;
    }

    /** Adds to the schema of all nodes. */
    public TestClusterBuilder schema(String sql) {
        schema.add(sql);
        return this;
    }

    /**
     * Changes what all nodes are opened with, after the defaults of tests: for times that are not as short, or limits. Where a
     * node is, and whom it knows, is the cluster's.
     */
    public TestClusterBuilder options(Consumer<CorrosionOptions.Builder> customizer) {
        customizers.add(customizer);
        return this;
    }

    /** Of what chance decides. Default: the system property {@value TestCluster#SEED_PROPERTY}, else another one each time. */
    public TestClusterBuilder seed(long seed) {
        this.seed = seed;
        return this;
    }

    /** Starts all nodes, and returns when each knows all. If one cannot be opened, nothing remains. */
    public TestCluster start() {
        return TestCluster.start(this);
    }

    /** For JUnit: starts the cluster before a test and closes it after, or, in a static field, before and after all tests. */
    public TestClusterExtension extension() {
        return new TestClusterExtension(this);
    }

    int nodes() {
        return nodes;
    }

    boolean isAroundApplication() {
        return aroundApplication;
    }

    long seed() {
        if (seed != null) {
            return seed;
        }
        Long given = Long.getLong(TestCluster.SEED_PROPERTY);
        return given != null ? given : new SecureRandom().nextInt(Integer.MAX_VALUE);
    }

    CorrosionOptions options(TestNode node, List<TestNode> all) {
        CorrosionOptions.Builder options = TestOptions.builder().name(node.name());
        schema.forEach(options::schema);
        customizers.forEach(customizer -> customizer.accept(options));
        return TestOptions.at(node, all, options);
    }
}
