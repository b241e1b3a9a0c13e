import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a gateway and some instances of orders and stock, each in a process of its own. Started by the script {@code demo}
 * as a single source file; needs nothing but the JDK.
 */
final class Demo {

    private static final Duration FORM_TIMEOUT = Duration.ofSeconds(180);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);
    private static final long POLL_MILLIS = 100;
    private static final int SECRET_BYTES = 32;
    private static final List<String> REGIONS = List.of("europe", "america", "asia");
    private static final int TAIL_LINES = 40;

    private final Path jar;
    private final List<Role> roles;
    private final int firstPort;
    private final Path directory;
    private final String secret;
    private final List<String> peers;
    private final List<Node> nodes = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile boolean stopping;

    /** What a process is to be. The regions are made up: all of them run on this machine. */
    private record Role(String profile, String name, String region) {}

    private record Node(Role role, int port, Process process, Path log) {

        String url() {
            return "http://127.0.0.1:" + port;
        }
    }

    /** Something to tell the user instead of a stack trace. */
    private static final class DemoException extends RuntimeException {
        DemoException(String message) {
            super(message);
        }
    }

    private Demo(Path jar, int instances, int firstPort) throws IOException {
        this.jar = jar;
        this.roles = roles(instances);
        this.firstPort = firstPort;
        this.directory = Files.createTempDirectory("corrosion-demo");
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        this.secret = Base64.getEncoder().encodeToString(random);
        this.peers =
                freeUdpPorts(roles.size()).stream().map(port -> "127.0.0.1:" + port).toList();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Demo demo = new Demo(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        Runtime.getRuntime().addShutdownHook(new Thread(demo::stop));
        try {
            demo.run();
        } catch (DemoException e) {
            System.err.println("demo: " + e.getMessage());
            System.exit(1);
        }
    }

    private static List<Role> roles(int instances) {
        List<Role> roles = new ArrayList<>();
        roles.add(new Role("gateway", "gateway", REGIONS.get(0)));
        for (String service : List.of("orders", "stock")) {
            for (int i = 0; i < instances; i++) {
                roles.add(new Role(service, service + "-" + (i + 1), REGIONS.get(i % REGIONS.size())));
            }
        }
        return List.copyOf(roles);
    }

    private void run() throws IOException, InterruptedException {
        checkPorts();
        System.out.println("Starting a gateway, orders and stock: " + roles.size() + " processes...");
        long begin = System.nanoTime();
        startNodes();
        awaitCluster(begin);
        double seconds = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
        System.out.printf("Every node sees every other, %.1f s after the start.%n%n", seconds);
        for (Node node : nodes) {
            System.out.printf(
                    "  %-9s %s  (process %d)%n",
                    node.role().name(), node.url(), node.process().pid());
        }
        System.out.println("\nOpen " + nodes.get(0).url() + " in a browser. Kill a process and watch it go:");
        System.out.println("  kill -9 " + nodes.get(nodes.size() - 1).process().pid());
        System.out.println("\nAn application of your own joins this cluster if it is started with");
        System.out.println("  export CORROSION_CLUSTER_BOOTSTRAP=" + peers.get(0));
        System.out.println("  export CORROSION_SECURITY_SECRET=" + secret);
        System.out.println("  export CORROSION_CLUSTER_HOST=127.0.0.1");
        System.out.println("\nLogs and data are in " + directory + " until the end. Ctrl-C stops everything.");
        watch();
    }

    private void checkPorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int i = 0; i < roles.size(); i++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(loopback, firstPort + i));
            } catch (IOException e) {
                throw new DemoException("port " + (firstPort + i) + " cannot be used (" + e.getMessage()
                        + "): choose others with --port");
            }
        }
    }

    private void startNodes() throws IOException {
        for (int i = 0; i < roles.size(); i++) {
            nodes.add(startNode(i));
        }
    }

    private Node startNode(int index) throws IOException {
        Role role = roles.get(index);
        Path home = Files.createDirectory(directory.resolve(role.name()));
        Path log = home.resolve("sample.log");
        String self = peers.get(index);
        List<String> others =
                peers.stream().filter(peer -> !peer.equals(self)).toList();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        jar.toString(),
                        "--server.address=127.0.0.1",
                        "--server.port=" + (firstPort + index),
                        "--spring.profiles.active=" + role.profile(),
                        "--corrosion.node.name=" + role.name(),
                        "--corrosion.node.region=" + role.region(),
                        "--corrosion.discovery.zone=" + role.region(),
                        "--corrosion.node.data-directory=" + home.resolve("data"),
                        "--corrosion.cluster.host=127.0.0.1",
                        "--corrosion.cluster.port=" + self.substring(self.indexOf(':') + 1),
                        "--corrosion.cluster.bootstrap=" + String.join(",", others))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // Not as an argument: arguments can be seen by everybody on this machine.
        builder.environment().put("CORROSION_SECURITY_SECRET", secret);
        return new Node(role, firstPort + index, builder.start(), log);
    }

    private static List<Integer> freeUdpPorts(int count) throws IOException {
        List<DatagramSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(DatagramSocket::getLocalPort).toList();
        } finally {
            sockets.forEach(DatagramSocket::close);
        }
    }

    private void awaitCluster(long begin) throws InterruptedException {
        for (Node node : nodes) {
            while (aliveMembers(node) < roles.size() - 1) {
                if (!node.process().isAlive()) {
                    throw new DemoException(node.role().name() + " ended while starting; the end of its log:\n"
                            + tail(node));
                }
                if (System.nanoTime() - begin > FORM_TIMEOUT.toNanos()) {
                    throw new DemoException(node.role().name() + " sees " + Math.max(0, aliveMembers(node))
                            + " of " + (roles.size() - 1) + " others after " + FORM_TIMEOUT.toSeconds()
                            + " s; the end of its log:\n" + tail(node));
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /** How many others the node holds to be alive, or -1 if it does not answer yet. */
    private int aliveMembers(Node node) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/actuator/corrosion/members"))
                .timeout(REQUEST_TIMEOUT)
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? response.body().split("\"ALIVE\"", -1).length - 1 : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Waits until the user ends it all, or all nodes have ended. */
    private void watch() throws InterruptedException {
        for (Node node : nodes) {
            node.process()
                    .onExit()
                    .thenRun(() -> say(node.role().name() + " has ended."));
        }
        for (Node node : nodes) {
            node.process().waitFor();
        }
        if (!stopping) {
            throw new DemoException("all nodes have ended");
        }
    }

    private void say(String text) {
        if (!stopping) {
            System.out.println(text);
        }
    }

    private void stop() {
        stopping = true;
        nodes.forEach(node -> node.process().destroy());
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        for (Node node : nodes) {
            try {
                if (!node.process().waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    node.process().destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                node.process().destroyForcibly();
            }
        }
        delete();
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("demo: cannot delete " + directory + ": " + e.getMessage());
        }
    }

    private static String tail(Node node) {
        try {
            List<String> lines = Files.readAllLines(node.log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(" + e.getMessage() + ")";
        }
    }
}
