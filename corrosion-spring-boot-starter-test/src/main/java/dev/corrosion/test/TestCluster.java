package dev.corrosion.test;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Member;
import dev.corrosion.node.NodeProvider;
import dev.corrosion.test.network.Faults;
import dev.corrosion.test.network.InMemoryNetwork;
import dev.corrosion.test.network.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real nodes in this process, each with a temporary directory of its own, that meet over a network in memory which does what
 * the test says: parts it, slows it down, loses packets. There are no sockets and no certificates, and the failure detector is
 * quicker than in production, so a cluster forms in a fraction of a second, and a crash is noticed in one to two.
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.of(3).schema("CREATE TABLE ...").start()) {
 *     cluster.isolate(cluster.node(2));
 *     cluster.node(0).write("INSERT ...");
 *     cluster.heal();
 *     cluster.awaitConverged(Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p>Thread-safe. What waits fails with an {@link AssertionError} that says what is missing, and the seed.
 */
public final class TestCluster implements AutoCloseable {

    /** The largest cluster: each node has some threads of its own. */
    public static final int MAX_NODES = 32;

    /** Name of the system property with the seed of clusters that are given none. */
    public static final String SEED_PROPERTY = "corrosion.test.seed";

    /** How long a start waits until all nodes know each other. */
    static final Duration FORMED_WITHIN = Duration.ofSeconds(20);

    private static final Logger log = LoggerFactory.getLogger(TestCluster.class);

    private final long seed;
    private final TemporaryDirectory directory;
    private final InMemoryNetwork network;
    private final List<TestNode> nodes;

    /** Held while nodes are opened and closed. */
    private final ReentrantLock lifecycle = new ReentrantLock();

    /** Peers of an application that is paused, which come back with it. */
    private List<TestNode> paused = List.of();

    private boolean closed;

    private TestCluster(long seed, int size, boolean aroundApplication) {
        this.seed = seed;
        this.directory = TemporaryDirectory.make();
        this.network = new InMemoryNetwork(seed);
        this.nodes = IntStream.range(0, size)
                .mapToObj(number -> new TestNode(
                        "node-" + number,
                        directory.path().resolve("node-" + number),
                        TestOptions.address(number),
                        aroundApplication && number == 0))
                .toList();
    }

    /** A cluster of so many nodes, 1 to {@value #MAX_NODES}. */
    public static TestClusterBuilder of(int nodes) {
        return new TestClusterBuilder(nodes, false);
    }

    /**
     * A cluster in which the node of an application is the first. The others are opened when the application opens its own, by
     * {@link #openApplication}, and have the same schema. {@code @AutoConfigureCorrosion} does all that.
     *
     * @param nodes how many altogether
     */
    public static TestClusterBuilder aroundApplication(int nodes) {
        return new TestClusterBuilder(nodes, true);
    }

    static TestCluster start(TestClusterBuilder builder) {
        TestCluster cluster = new TestCluster(builder.seed(), builder.nodes(), builder.isAroundApplication());
        if (!builder.isAroundApplication()) {
            long began = System.nanoTime();
            cluster.nodes.forEach(node -> node.options(builder.options(node, cluster.nodes)));
            cluster.startAll(cluster.nodes);
            log.info(
                    "{} nodes have formed a cluster after {} ms, seed {}",
                    builder.nodes(),
                    Duration.ofNanos(System.nanoTime() - began).toMillis(),
                    cluster.seed);
        }
        return cluster;
    }

    private void startAll(List<TestNode> starting) {
        try {
            starting.forEach(this::start);
            awaitMembers((int) nodes.stream().filter(TestNode::isRunning).count(), FORMED_WITHIN);
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    /** What this run's chance was made of: with it, packets are lost as in this run. */
    public long seed() {
        return seed;
    }

    /** All nodes, also those that do not run. */
    public List<TestNode> nodes() {
        return nodes;
    }

    /** One of them, from 0. */
    public TestNode node(int number) {
        return nodes.get(number);
    }

    /** The node of the application, if the cluster is around one: the first. */
    public TestNode application() {
        TestNode first = node(0);
        if (!first.isApplication()) {
            throw new IllegalStateException("this cluster is not around an application: its nodes are the test's own");
        }
        return first;
    }

    /** All nodes but the application's. */
    public List<TestNode> peers() {
        return nodes.stream().filter(node -> !node.isApplication()).toList();
    }

    /** Stops a node in order: it says goodbye. Does nothing if it does not run. */
    public void stop(TestNode node) {
        locked(() -> {
            requireOwn(node);
            if (node.isRunning()) {
                node.corrosion().close();
            }
        });
    }

    /**
     * Ends a node as a crash of its process does: nobody is told, and its files stay as they are. Does nothing if it does not
     * run.
     */
    public void kill(TestNode node) {
        locked(() -> {
            requireOwn(node);
            if (node.isRunning()) {
                Crash.of(node, network);
            }
        });
    }

    /** Opens a node that was stopped or killed, with the files that it had. Does nothing if it runs. */
    public void start(TestNode node) {
        locked(() -> {
            requireOwn(node);
            if (!node.isRunning()) {
                open(node);
            }
        });
    }

    private Corrosion open(TestNode node) {
        CorrosionOptions options = node.options();
        if (options == null) {
            throw new IllegalStateException(
                    node + " starts with the application: until then it is not known which schema it has");
        }
        NodeProvider provider = new NodeProvider((opened, self) -> network.open(self, node.address(), node::closed));
        Corrosion corrosion = provider.open(options);
        node.opened(corrosion);
        return corrosion;
    }

    /**
     * What the application's node will be opened with: the application's own options, but in the test's directory and network,
     * and with short times where it has the defaults.
     */
    public CorrosionOptions applicationOptions(CorrosionOptions options) {
        return TestOptions.at(application(), nodes, TestOptions.like(options));
    }

    /**
     * Opens the application's node, and the others of which it is one, and returns when all know each other. The application
     * closes its own; the others go with it by {@link #pause} or {@link #close}.
     */
    public Corrosion openApplication(CorrosionOptions options) {
        lifecycle.lock();
        try {
            requireOpen();
            TestNode application = application();
            boolean first = application.options() == null;
            application.options(applicationOptions(options));
            Corrosion corrosion = open(application);
            if (first) {
                peers().forEach(peer -> peer.options(
                        TestOptions.at(peer, nodes, TestOptions.like(options).name(peer.name()))));
            }
            List<TestNode> starting = first ? peers() : paused;
            paused = List.of();
            startAll(starting);
            return corrosion;
        } finally {
            lifecycle.unlock();
        }
    }

    /** Stops all nodes but the application's, until the application opens its own again. */
    public void pause() {
        locked(() -> {
            paused = peers().stream().filter(TestNode::isRunning).toList();
            paused.forEach(this::stop);
        });
    }

    /**
     * Parts the network: nodes of different sides do not reach each other. Who is on no side is cut off from all of them, with
     * the others that are on none.
     */
    @SafeVarargs
    public final void partition(Set<TestNode>... sides) {
        Set<TestNode> rest = new HashSet<>(nodes);
        List<Set<TestNode>> all = new ArrayList<>();
        for (Set<TestNode> side : sides) {
            if (!rest.containsAll(side)) {
                throw new IllegalArgumentException("a node is on two sides, or is not of this cluster: " + side);
            }
            rest.removeAll(side);
            all.add(side);
        }
        all.add(rest);
        Set<Way> cut = new HashSet<>();
        all.forEach(from -> all.stream().filter(to -> to != from).forEach(to -> cut.addAll(ways(from, to))));
        network.change(faults -> faults.cutting(cut));
    }

    private static Set<Way> ways(Set<TestNode> from, Set<TestNode> to) {
        return from.stream()
                .flatMap(one -> to.stream().map(other -> way(one, other)))
                .collect(Collectors.toSet());
    }

    private static Way way(TestNode from, TestNode to) {
        return new Way(from.address(), to.address());
    }

    /** Cuts a node off from all others. */
    public void isolate(TestNode node) {
        partition(Set.of(node));
    }

    /** Cuts one direction: what the first says does not reach the second, but the reverse does. */
    public void cut(TestNode from, TestNode to) {
        network.change(faults -> faults.cutting(Set.of(way(from, to))));
    }

    /** What each message takes from any node to any other, at most 30 s. */
    public void delay(Duration delay) {
        network.change(faults -> faults.delaying(delay));
    }

    /** What each message takes in this direction. */
    public void delay(TestNode from, TestNode to, Duration delay) {
        network.change(faults -> faults.delaying(way(from, to), delay));
    }

    /**
     * Packets are lost. Of what is sent as a stream they are repeated, which takes time; pings are gone.
     *
     * @param probability from 0 to 0.95
     */
    public void loss(double probability) {
        network.change(faults -> faults.losing(probability));
    }

    /** The network is well again. Nodes that do not run stay so. */
    public void heal() {
        network.change(faults -> Faults.NONE);
    }

    /** {@link #heal}, and starts all nodes that do not run and are the test's own. */
    public void restore() {
        heal();
        locked(() -> nodes.stream()
                .filter(node -> !node.isApplication() && node.options() != null)
                .forEach(this::start));
    }

    /** Waits until every running node sees so many members, itself included, for at most 20 s. */
    public void awaitMembers(int members) {
        awaitMembers(members, FORMED_WITHIN);
    }

    /** The same with another time. */
    public void awaitMembers(int members, Duration timeout) {
        await(timeout, "not all see " + members + " members", () -> running().stream()
                .filter(node -> present(node) != members)
                .map(node -> node + " sees " + members(node))
                .toList());
    }

    /** Waits until this node sees so many members, itself included: for the two sides of a partition. */
    public void awaitMembers(TestNode node, int members, Duration timeout) {
        await(
                timeout,
                node + " does not see " + members + " members",
                () -> present(node) == members ? List.of() : List.of("it sees " + members(node)));
    }

    private static int present(TestNode node) {
        return 1
                + (int) node.corrosion().status().members().stream()
                        .filter(Member::isPresent)
                        .count();
    }

    private static String members(TestNode node) {
        return node.corrosion().status().members().stream()
                .map(member -> member.name() + " " + member.state())
                .collect(Collectors.joining(", ", "itself, ", ""));
    }

    /**
     * Waits until all running nodes have the same versions, without gaps, and the same rows in all replicated tables. Reads
     * the tables as a whole.
     *
     * @throws AssertionError if that is not so in time; says who lacks what
     */
    public void awaitConverged(Duration timeout) {
        await(timeout, "the nodes have not converged", () -> Convergence.differences(running()));
    }

    private void await(Duration timeout, String what, Waiting.Condition condition) {
        Waiting.until(
                timeout,
                condition,
                missing -> what + " after " + timeout.toMillis() + " ms: " + String.join("; ", missing) + ". " + this);
    }

    private List<TestNode> running() {
        return nodes.stream().filter(TestNode::isRunning).toList();
    }

    /** The state of the network, and the seed. */
    @Override
    public String toString() {
        Faults faults = network.faults();
        List<String> wrong = new ArrayList<>();
        nodes.stream().filter(node -> !node.isRunning()).forEach(node -> wrong.add(node + " does not run"));
        for (TestNode from : nodes) {
            String cut = nodes.stream()
                    .filter(to -> faults.cut().contains(way(from, to)))
                    .map(TestNode::name)
                    .collect(Collectors.joining(", "));
            if (!cut.isEmpty()) {
                wrong.add("cut from " + from + " to " + cut);
            }
        }
        if (faults.loss() > 0) {
            wrong.add("loss " + faults.loss());
        }
        if (!faults.delay().isZero() || !faults.delays().isEmpty()) {
            wrong.add("messages are delayed");
        }
        return "Faults: " + (wrong.isEmpty() ? "none" : String.join(", ", wrong)) + ". Seed: " + seed + "; -D"
                + SEED_PROPERTY + "=" + seed + " runs with it again";
    }

    private void requireOwn(TestNode node) {
        requireOpen();
        if (!nodes.contains(node)) {
            throw new IllegalArgumentException(node + " is not of this cluster");
        }
        if (node.isApplication()) {
            throw new IllegalArgumentException(
                    node + " is the application's, which its context opens and closes; isolate"
                            + " it, or stop the context");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new CorrosionException("the test cluster is closed");
        }
    }

    private void locked(Runnable action) {
        lifecycle.lock();
        try {
            action.run();
        } finally {
            lifecycle.unlock();
        }
    }

    /** Closes all nodes in order and removes their files. A second call does nothing. */
    @Override
    public void close() {
        locked(() -> {
            if (!closed) {
                closed = true;
                try {
                    closeAll();
                } finally {
                    network.close();
                    directory.delete();
                }
            }
        });
    }

    private void closeAll() {
        RuntimeException failure = null;
        for (TestNode node : nodes) {
            try {
                if (node.isRunning()) {
                    node.corrosion().close();
                }
            } catch (RuntimeException e) { // the others are closed all the same
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
