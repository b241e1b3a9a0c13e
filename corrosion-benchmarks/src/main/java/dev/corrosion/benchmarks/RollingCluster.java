package dev.corrosion.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The processes that serve, and those that call them: one without retry, and one with it. They end with this. */
final class RollingCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Where a server is. */
    private record Place(int port, String instance) {}

    private final RollingOptions options;
    private final ProcessGroup processes;
    private final List<NodeProcess> callers = new ArrayList<>();
    private final List<NodeProcess> servers = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private String bootstrap = "";

    private RollingCluster(RollingOptions options, ProcessGroup processes) {
        this.options = options;
        this.processes = processes;
    }

    static RollingCluster start(RollingOptions options) throws IOException {
        RollingCluster cluster = new RollingCluster(options, ProcessGroup.create("corrosion-rolling-benchmark"));
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
        String address = callers.get(index)
                .ask(String.join(" ", "open", "" + index, processes.secret(), "" + retry, bootstrap), PATIENCE);
        bootstrap = bootstrap.isEmpty() ? address : bootstrap;
    }

    private NodeProcess process(String name, int index, String command) throws IOException {
        NodeProcess process = processes.start(name, index, options.jvm(), command);
        process.requireSameClock(PATIENCE);
        return process;
    }

    private Place openServer(int server, int port) {
        String[] answer = servers.get(server)
                .ask(String.join(" ", "open", "" + server, processes.secret(), bootstrap, "" + port), PATIENCE)
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

    @Override
    public void close() {
        processes.close();
    }
}
