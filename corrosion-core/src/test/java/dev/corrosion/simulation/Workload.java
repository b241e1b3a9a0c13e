package dev.corrosion.simulation;

import dev.corrosion.Statement;
import dev.corrosion.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The applications: each node's one writes at random intervals. */
final class Workload {

    static final int GROUPS = 12;
    static final int PARTS = 3;
    private static final int ACCOUNTS = 40;
    private static final int TAGS = 15;
    private static final int LARGE_ROWS = 150;

    private final World world;
    private final Random random;
    private boolean stopped;
    private long token;

    Workload(World world) {
        this.world = world;
        this.random = new Random(world.random.nextLong());
    }

    void start() {
        world.machines.forEach(this::next);
    }

    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    void next(Machine machine) {
        long mean = world.settings().pause().toNanos();
        world.time.in(Duration.ofNanos(mean / 2 + random.nextLong(mean)), () -> {
            if (!stopped) {
                write(machine);
                next(machine);
            }
        });
    }

    private void write(Machine machine) {
        write(machine, statements());
    }

    /** If a node runs there. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    void write(Machine machine, List<Statement> statements) {
        NodeRun process = machine.running();
        if (process == null || machine.heldUpUntil > world.time.now()) {
            return;
        }
        process.node().write(statements).whenComplete((result, failure) -> {
            if (process.isDead()) {
                return;
            }
            if (failure == null) {
                acknowledged(process, result);
            } else {
                world.history.refused(failure);
            }
        });
    }

    private void acknowledged(NodeRun process, WriteResult result) {
        world.history.acknowledged(process, world.sabotage().acknowledged(process, result));
    }

    private List<Statement> statements() {
        int kind = random.nextInt(100);
        if (kind < 30) {
            return List.of(Statement.of(
                    "INSERT INTO account (id, owner, balance) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET owner = excluded.owner,"
                            + " balance = excluded.balance",
                    random.nextInt(ACCOUNTS),
                    unique(),
                    random.nextInt(5)));
        } else if (kind < 50) {
            return List.of(Statement.of(
                    "UPDATE account SET balance = ? WHERE id = ?", random.nextInt(5), random.nextInt(ACCOUNTS)));
        } else if (kind < 60) {
            return List.of(Statement.of("DELETE FROM account WHERE id = ?", random.nextInt(ACCOUNTS)));
        } else if (kind < 80) {
            return group(unique());
        } else if (kind < 85) {
            return List.of(Statement.of("DELETE FROM pair WHERE grp = ?", random.nextInt(GROUPS)));
        } else if (kind < 92) {
            return List.of(Statement.of(
                    "INSERT OR REPLACE INTO tag (name, weight, owner) VALUES (?, ?, ?)",
                    "tag" + random.nextInt(TAGS),
                    random.nextInt(3) / 2.0,
                    unique()));
        } else if (kind < 99) {
            return List.of(Statement.of(
                    "DELETE FROM tag WHERE name IN (?, ?)",
                    "tag" + random.nextInt(TAGS),
                    "tag" + random.nextInt(TAGS)));
        }
        return large(unique());
    }

    /** All rows of a group get the same token, so that a reader who sees part of a transaction would notice. */
    private List<Statement> group(String token) {
        int group = random.nextInt(GROUPS);
        List<Statement> statements = new ArrayList<>();
        for (int part = 0; part < PARTS; part++) {
            statements.add(Statement.of(
                    "INSERT INTO pair VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET token = excluded.token",
                    group,
                    part,
                    token));
        }
        return statements;
    }

    /** Too large to be sent unasked, and fetched in several frames. */
    private List<Statement> large(String owner) {
        List<Statement> statements = new ArrayList<>(group(owner));
        for (int i = 0; i < LARGE_ROWS; i++) {
            statements.add(Statement.of(
                    "INSERT INTO account (id, owner, balance, note) VALUES (?, ?, 0, zeroblob(1000)) ON CONFLICT DO UPDATE SET note = zeroblob(1001),"
                            + " owner = excluded.owner",
                    1000 + i,
                    owner));
        }
        return statements;
    }

    private String unique() {
        return "w" + token++;
    }
}
