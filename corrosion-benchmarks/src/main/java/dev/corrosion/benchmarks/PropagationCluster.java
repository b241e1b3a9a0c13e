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

/**
 * The processes of a measured cluster, with their directories. They end with this, and with this process however that
 * ends.
 */
final class PropagationCluster implements AutoCloseable {

    /** How long anything may take that is not given its own time. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How long one node is listened to before it is looked whether all are still there. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private static final int SECRET_BYTES = 24;

    private final Path directory;
    private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
    private final List<String> actors = new ArrayList<>();
    private final Thread killer = new Thread(() -> nodes.forEach(NodeProcess::kill), "kill-nodes");

    private PropagationCluster(Path directory) {
        this.directory = directory;
    }

    /** Starts them, lets them meet, and makes sure that their clock is the one of this process. */
    static PropagationCluster start(PropagationOptions options) throws IOException {
        PropagationCluster cluster = new PropagationCluster(Files.createTempDirectory("corrosion-propagation"));
        Runtime.getRuntime().addShutdownHook(cluster.killer);
        try {
            for (int i = 0; i < options.nodes(); i++) {
                Path own = Files.createDirectory(cluster.directory.resolve("node-" + i));
                cluster.nodes.add(NodeProcess.start(i, own, options.jvm(), PropagationNode.COMMAND));
            }
            cluster.nodes.forEach(node -> node.requireSameClock(PATIENCE));
            cluster.meet();
            return cluster;
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    private void meet() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        String[] first = ask(nodes.get(0), "open 0 " + secret).split(" ", -1);
        actors.add(first[0]);
        List<NodeProcess> others = nodes.subList(1, nodes.size());
        others.forEach(node -> node.ask("open " + node.index() + " " + secret + " " + first[1]));
        others.forEach(node -> actors.add(answer(node, PATIENCE).split(" ", -1)[0]));
        askAll("members " + others.size(), PATIENCE);
    }

    int size() {
        return nodes.size();
    }

    String actor(int node) {
        return actors.get(node);
    }

    private String ask(NodeProcess node, String question) {
        node.ask(question);
        return answer(node, PATIENCE);
    }

    /** One node that has died may be why another does not answer. */
    private String answer(NodeProcess node, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        String answer = node.answer(LOOK);
        while (answer == null) {
            nodes.forEach(NodeProcess::requireAlive);
            if (System.nanoTime() - deadline >= 0) {
                throw node.silent(timeout);
            }
            answer = node.answer(LOOK);
        }
        return answer;
    }

    /** Asks all at once, and waits for all. */
    List<String> askAll(String question, Duration timeout) {
        return askAll(node -> question, timeout);
    }

    List<String> askAll(IntFunction<String> question, Duration timeout) {
        nodes.forEach(node -> node.ask(question.apply(node.index())));
        return nodes.stream().map(node -> answer(node, timeout)).toList();
    }

    List<Usage> usage() {
        return askAll("usage", PATIENCE).stream().map(Usage::parse).toList();
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
