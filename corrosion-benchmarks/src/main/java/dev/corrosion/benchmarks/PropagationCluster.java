package dev.corrosion.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** The processes of a measured cluster. They end with this. */
final class PropagationCluster implements AutoCloseable {

    /** How long anything may take that is not given its own time. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How long one node is listened to before it is looked whether all are still there. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private final ProcessGroup processes;
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<String> actors = new ArrayList<>();

    private PropagationCluster(ProcessGroup processes) {
        this.processes = processes;
    }

    /** Starts them, lets them meet, and makes sure that their clock is the one of this process. */
    static PropagationCluster start(PropagationOptions options) throws IOException {
        PropagationCluster cluster = new PropagationCluster(ProcessGroup.create("corrosion-propagation"));
        try {
            for (int i = 0; i < options.nodes(); i++) {
                cluster.nodes.add(cluster.processes.start("node-" + i, i, options.jvm(), PropagationNode.COMMAND));
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
        String secret = processes.secret();
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
        processes.close();
    }
}
