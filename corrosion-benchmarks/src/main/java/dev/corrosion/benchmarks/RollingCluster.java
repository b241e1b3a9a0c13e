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
import java.util.stream.Stream;

/** The processes that serve, and those that call them: one without retry, and one with it. They end with this. */
final class RollingCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int SECRET_BYTES = 24;

    /** Where a server is. */
    private record Place(int port, String instance) {}

    private final RollingOptions options;
    private final Path directory;
    private final String secret;
    private final List<NodeProcess> callers = new CopyOnWriteArrayList<>();
    private final List<NodeProcess> servers = new CopyOnWriteArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final Thread killer = new Thread(this::killAll, "kill-nodes");
    private String bootstrap = "";

    private RollingCluster(RollingOptions options, Path directory) {
        this.options = options;
        this.directory = directory;
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        this.secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    static RollingCluster start(RollingOptions options) throws IOException {
        RollingCluster cluster = new RollingCluster(options, Files.createTempDirectory("corrosion-rolling-benchmark"));
        Runtime.getRuntime().addShutdownHook(cluster.killer);
        try {
            cluster.openCaller(false);
            if (options.kills() > 0) {
                cluster.openCaller(true);
            }
            for (int i = 0; i < options.servers(); i++) {
                cluster.servers.add(cluster.process("server-" + i, i, RollingServer.COMMAND));
                cluster.places.add(cluster.openServer(i, 0));
            }
            for (NodeProcess caller : cluster.callers) {
                caller.ask("found " + options.servers(), PATIENCE);
            }
            return cluster;
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    private void openCaller(boolean retry) throws IOException {
        int index = callers.size();
        callers.add(process("caller-" + index, index, RollingCaller.COMMAND));
        String address =
                callers.get(index).ask(String.join(" ", "open", "" + index, secret, "" + retry, bootstrap), PATIENCE);
        bootstrap = bootstrap.isEmpty() ? address : bootstrap;
    }

    private NodeProcess process(String name, int index, String command) throws IOException {
        Path own = Files.createDirectories(directory.resolve(name));
        NodeProcess process = NodeProcess.start(index, own, options.jvm(), command);
        process.requireSameClock(PATIENCE);
        return process;
    }

    private Place openServer(int server, int port) {
        String[] answer = servers.get(server)
                .ask(String.join(" ", "open", "" + server, secret, bootstrap, "" + port), PATIENCE)
                .split(" ", 3);
        return new Place(Integer.parseInt(answer[1]), answer[2]);
    }

    /** The one that calls, without retry or with it. */
    NodeProcess caller(boolean retry) {
        return callers.get(retry ? 1 : 0);
    }

    String ask(boolean retry, String question) {
        return caller(retry).ask(question, PATIENCE);
    }

    String instance(int server) {
        return places.get(server).instance();
    }

    /** Stops a server by SIGTERM; it has not ended yet when this returns. */
    void terminate(int server) {
        servers.get(server).terminate();
    }

    /** By {@code kill -9}. */
    void kill(int server) {
        servers.get(server).kill();
    }

    /** Starts a server again that has been told to end, on its port and in its directory, when it has ended. */
    void restart(int server) throws IOException {
        servers.get(server).awaitEnd(PATIENCE);
        servers.set(server, process("server-" + server, server, RollingServer.COMMAND));
        places.set(server, openServer(server, places.get(server).port()));
    }

    private void killAll() {
        servers.forEach(NodeProcess::kill);
        callers.forEach(NodeProcess::kill);
    }

    @Override
    public void close() {
        servers.forEach(NodeProcess::close);
        callers.forEach(NodeProcess::close);
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
