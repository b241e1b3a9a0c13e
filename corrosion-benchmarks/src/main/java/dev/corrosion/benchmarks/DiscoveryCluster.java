package dev.corrosion.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** The processes of a measured cluster of applications, which may be killed and started again. They end with this. */
final class DiscoveryCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(3);

    private final DiscoveryBenchmarkOptions options;
    private final ProcessGroup processes;
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();

    private DiscoveryCluster(DiscoveryBenchmarkOptions options, ProcessGroup processes) {
        this.options = options;
        this.processes = processes;
    }

    static DiscoveryCluster start(DiscoveryBenchmarkOptions options) throws IOException {
        DiscoveryCluster cluster = new DiscoveryCluster(options, ProcessGroup.create("corrosion-discovery-benchmark"));
        try {
            for (int i = 0; i < options.nodes(); i++) {
                cluster.nodes.add(cluster.process(i));
                cluster.addresses.add(cluster.open(i));
            }
            cluster.askAll("members " + (options.nodes() - 1));
            return cluster;
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    private NodeProcess process(int node) throws IOException {
        NodeProcess process = processes.start("node-" + node, node, options.jvm(), DiscoveryNode.COMMAND);
        process.requireSameClock(PATIENCE);
        return process;
    }

    private String open(int node) {
        String bootstrap = addresses.isEmpty() ? "" : " " + addresses.get(node == 0 ? addresses.size() - 1 : 0);
        return ask(node, "open " + node + " " + processes.secret() + bootstrap);
    }

    /** By {@code kill -9}; returns the moment before. */
    long kill(int node) {
        long now = System.nanoTime();
        nodes.get(node).kill();
        return now;
    }

    /** Starts one again that was killed, in its directory, and waits until all see each other. */
    void restart(int node) throws IOException {
        nodes.get(node).close();
        nodes.set(node, process(node));
        addresses.set(node, open(node));
        askAll("members " + (nodes.size() - 1));
    }

    int size() {
        return nodes.size();
    }

    String ask(int node, String question) {
        return nodes.get(node).ask(question, PATIENCE);
    }

    List<String> askAll(String question) {
        return askAll(node -> question);
    }

    /** Asks all at once, and waits for all. */
    List<String> askAll(IntFunction<String> question) {
        nodes.forEach(node -> node.ask(question.apply(node.index())));
        return nodes.stream().map(this::answer).toList();
    }

    /** Asks all but one at once, and waits for all. */
    List<String> askOthers(int node, String question) {
        List<NodeProcess> others =
                nodes.stream().filter(other -> other.index() != node).toList();
        others.forEach(other -> other.ask(question));
        return others.stream().map(this::answer).toList();
    }

    private String answer(NodeProcess node) {
        String answer = node.answer(PATIENCE);
        if (answer == null) {
            throw node.silent(PATIENCE);
        }
        return answer;
    }

    @Override
    public void close() {
        processes.close();
    }
}
