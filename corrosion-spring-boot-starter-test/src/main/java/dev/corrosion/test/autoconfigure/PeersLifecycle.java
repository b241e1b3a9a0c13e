package dev.corrosion.test.autoconfigure;

import dev.corrosion.test.TestCluster;
import org.springframework.context.SmartLifecycle;

/**
 * Lets the peers rest while the application context rests in the cache of tests. They come back when the application opens its
 * node again, which knows what they are opened with.
 */
final class PeersLifecycle implements SmartLifecycle {

    private final TestCluster cluster;
    private volatile boolean running;

    PeersLifecycle(TestCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        cluster.pause();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the application's node, which is the last to stop. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 1;
    }
}
