package dev.corrosion.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** The processes of a measured cluster of applications, which may be killed and started again. They end with this. */
final class DiscoveryCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int SECRET_BYTES = 24;

    private final DiscoveryBenchmarkOptions options;
    private final Path directory;
    private final String secret;
    private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final Thread killer = new Thread(() -> nodes.forEach(NodeProcess::kill), "kill-nodes");

    private DiscoveryCluster(DiscoveryBenchmarkOptions options, Path directory) {
        this.options = options;
        this.directory = directory;
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        this.secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    static DiscoveryCluster start(DiscoveryBenchmarkOptions options) throws IOException {
        DiscoveryCluster cluster =
                new DiscoveryCluster(options, Files.createTempDirectory("corrosion-discovery-benchmark"));
        Runtime.getRuntime().addShutdownHook(cluster.killer);
        try {
            for (int i = 0; i < options.nodes(); i++) {
                Files.createDirectory(cluster.directory.resolve("node-" + i));
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
        NodeProcess process =
                NodeProcess.start(node, directory.resolve("node-" + node), options.jvm(), DiscoveryNode.COMMAND);
        process.requireSameClock(PATIENCE);
        return process;
    }

    private String open(int node) {
        String bootstrap = addresses.isEmpty() ? "" : " " + addresses.get(node == 0 ? addresses.size() - 1 : 0);
        return ask(node, "open " + node + " " + secret + bootstrap);
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
        nodes.forEach(NodeProcess::close);
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            return; // this process ends, and with it the nodes
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new BenchmarkException("cannot delete " + directory, e);
        }
    }
}
