package dev.corrosion.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Processes with a directory each and a secret for all. They end with this, and with this process however that ends; their files are
 * deleted then.
 */
final class ProcessGroup implements AutoCloseable {

    private static final int SECRET_BYTES = 24;

    private final Path directory;
    private final String secret;
    private final Map<String, NodeProcess> processes = new ConcurrentHashMap<>();
    private final Thread killer = new Thread(() -> processes.values().forEach(NodeProcess::kill), "kill-nodes");

    private ProcessGroup(Path directory) {
        this.directory = directory;
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        this.secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** An empty one. */
    static ProcessGroup create(String name) throws IOException {
        ProcessGroup group = new ProcessGroup(Files.createTempDirectory(name));
        Runtime.getRuntime().addShutdownHook(group.killer);
        return group;
    }

    /** A fresh one, of letters, digits, minus and underscore. */
    String secret() {
        return secret;
    }

    /** Starts a process in the directory of this name, in which another may have been before that has ended. */
    NodeProcess start(String name, int index, List<String> jvm, String command) throws IOException {
        Path own = Files.createDirectories(directory.resolve(name));
        NodeProcess process = NodeProcess.start(index, own, jvm, command);
        processes.put(name, process);
        return process;
    }

    @Override
    public void close() {
        processes.values().forEach(NodeProcess::close);
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            return; // this process ends, and with it the others
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
