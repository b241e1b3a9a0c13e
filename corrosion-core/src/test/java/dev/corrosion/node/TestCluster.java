package dev.corrosion.node;

import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Member;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Real nodes in one process: real files, real QUIC on loopback, any free port. */
final class TestCluster implements AutoCloseable {

    static final String SECRET = "a secret that is only used in tests";

    static final String SCHEMA = "CREATE TABLE todo (id TEXT PRIMARY KEY, title TEXT, done INTEGER NOT NULL DEFAULT 0);"
            + "CREATE TABLE label (todo_id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (todo_id, name));";

    private final Path directory;
    private final List<Corrosion> nodes = new ArrayList<>();

    TestCluster(Path directory) {
        this.directory = directory;
    }

    /** Starts a node whose seed is the first one that still runs. */
    Corrosion start(String name) {
        return start(name, SECRET);
    }

    Corrosion start(String name, @Nullable String secret) {
        Corrosion node = Corrosion.open(options(name, secret).build());
        nodes.add(node);
        return node;
    }

    CorrosionOptions.Builder options(String name, @Nullable String secret) {
        return withoutSchema(name, secret).schema("test", SCHEMA);
    }

    CorrosionOptions.Builder withoutSchema(String name, @Nullable String secret) {
        return CorrosionOptions.builder()
                .database(database(name))
                .name(name)
                .host("127.0.0.1")
                .port(0)
                .secret(secret)
                .syncInterval(Duration.ofMillis(500))
                .bootstrap(nodes.stream().limit(1).map(TestCluster::address).toList());
    }

    Corrosion start(CorrosionOptions.Builder options) {
        Corrosion node = Corrosion.open(options.build());
        nodes.add(node);
        return node;
    }

    Corrosion start(CorrosionOptions.Builder options, SnapshotPolicy policy) {
        return start(options, policy, new ProcessHost());
    }

    Corrosion start(CorrosionOptions.Builder options, SnapshotPolicy policy, Host host) {
        Corrosion node = CorrosionNode.open(options.build(), policy, host);
        nodes.add(node);
        return node;
    }

    Path database(String name) {
        return directory.resolve(name).resolve("corrosion.db");
    }

    void stop(Corrosion node) {
        node.close();
        nodes.remove(node);
    }

    static String address(Corrosion node) {
        return "127.0.0.1:" + node.status().address().getPort();
    }

    static void awaitMembers(Corrosion node, int alive) {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> node.status().members().stream()
                                .filter(member -> member.state() == Member.State.ALIVE)
                                .count()
                        == alive);
    }

    static List<Row> todos(Corrosion node) {
        return node.query(Statement.of("SELECT * FROM todo ORDER BY id"));
    }

    static void add(Corrosion node, String id) {
        node.write(Statement.of("INSERT INTO todo (id, title) VALUES (?, ?)", id, "title of " + id));
    }

    static void awaitSame(Corrosion a, Corrosion b) {
        await().atMost(Duration.ofSeconds(15)).until(() -> todos(a).equals(todos(b)));
    }

    @Override
    public void close() {
        nodes.forEach(Corrosion::close);
    }
}
