package dev.corrosion.discovery;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a random world does to the tables of discovery and to membership. */
final class CatalogHistory {

    static final List<String> SERVICES = List.of("mail", "orders", "stock");

    private static final int NODES = 7;
    private static final int INSTANCES = 24;
    private static final int MAX_TOGETHER = 5;

    private final FakeCluster cluster;
    private final Random random;
    private final List<Corrosion> nodes = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    CatalogHistory(FakeCluster cluster, long seed) {
        this.cluster = cluster;
        this.random = new Random(seed);
        for (int number = 1; number <= NODES; number++) {
            nodes.add(cluster.join(number, now));
        }
        for (int i = 0; i < INSTANCES; i++) {
            register();
        }
    }

    /** The node that looks. */
    Corrosion here() {
        return nodes.get(0);
    }

    /** Does something, and says what. */
    String step() {
        now = now.plusMillis(one(0, 0, 1, 20_000, 30_000, 59_999, 60_000, 60_001));
        cluster.now(now);
        StringBuilder done = new StringBuilder();
        int changes = random.nextInt(3) == 0 ? 1 + random.nextInt(MAX_TOGETHER) : 1;
        cluster.together(() -> {
            for (int i = 0; i < changes; i++) {
                done.append(change()).append("; ");
            }
        });
        return done.toString();
    }

    private String change() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> member();
            case 2 -> crash();
            case 3 -> check();
            case 4 ->
                write(
                        "UPDATE services SET status = ? WHERE instance_id = ?",
                        one("UP", "UP", "UP", "UP", "DOWN", "up"),
                        id());
            case 6 ->
                random.nextInt(3) == 0
                        ? write("DELETE FROM services WHERE instance_id = ?", id())
                        : write("UPDATE services SET updated_at = updated_at + 1 WHERE instance_id = ?", id());
            default -> register();
        };
    }

    private String member() {
        int number = 1 + random.nextInt(NODES - 1);
        Corrosion node = nodes.get(number);
        switch (random.nextInt(4)) {
            case 0 -> cluster.forget(node);
            case 1 -> nodes.set(number, cluster.join(number + 1, now));
            default -> cluster.state(node, one(Member.State.values()));
        }
        return "member " + number;
    }

    /** Some that are lost together, as in a partition. */
    private String crash() {
        int until = 1 + random.nextInt(NODES - 1);
        nodes.subList(1, until + 1).forEach(node -> cluster.state(node, Member.State.DOWN));
        return "lost until " + until;
    }

    private String check() {
        String instance = id();
        String name = one("tcp", "disk");
        return random.nextInt(3) == 0
                ? write("DELETE FROM checks WHERE instance_id = ? AND check_id = ?", instance, name)
                : write(
                        "INSERT INTO checks (instance_id, check_id, status) VALUES (?, ?, ?)"
                                + " ON CONFLICT DO UPDATE SET status = excluded.status",
                        instance,
                        name,
                        one("PASSING", "PASSING", "WARNING", "CRITICAL"));
    }

    private String register() {
        Corrosion node = nodes.get(random.nextInt(NODES));
        long started = node.status().startedAt().toEpochMilli();
        return write(
                "INSERT INTO services (instance_id, namespace, service, node_id, node_started, host, port, status,"
                        + " metadata, tags, zone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                        + " namespace = excluded.namespace, service = excluded.service, node_id = excluded.node_id,"
                        + " node_started = excluded.node_started, host = excluded.host, port = excluded.port,"
                        + " status = excluded.status",
                id(),
                one("default", "default", "second"),
                one(SERVICES.toArray(String[]::new)),
                rarely() ? "somebody" : node.actorId().toString(),
                rarely() ? one(started + 1, started - 1, "soon", started - 0.5) : started,
                rarely() ? one("", "no host", new byte[] {65}, "x/y") : one("10.0.0.1", "a-b_c.example", "fd00::1"),
                rarely() ? one(0, 65536, -1, "web", 80.5) : one(80, 65535),
                rarely() ? "OUT_OF_SERVICE" : "UP",
                one("{}", "{\"a\":\"b\"}", "nonsense"),
                one("[]", "[\"x\"]", "{"),
                one("", "north"));
    }

    private String write(String sql, Object... parameters) {
        cluster.write(Statement.of(sql, parameters));
        return sql.substring(0, Math.min(sql.length(), 30)) + " " + List.of(parameters);
    }

    private boolean rarely() {
        return random.nextInt(8) == 0;
    }

    private String id() {
        return "i" + random.nextInt(INSTANCES);
    }

    @SafeVarargs
    private <T> T one(T... values) {
        return values[random.nextInt(values.length)];
    }
}
