package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.VersionRange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in one thread: nodes write, send what they wrote to some, fetch from each other in pieces, go away, are
 * forgotten, return, join, and collect, each by what it knows itself. All by one seed.
 */
final class TombstoneWorld implements AutoCloseable {

    /** Ways to break the rule. */
    enum Fault {
        NONE,
        /** A key never seen begins at causal length 1 as if nothing had been collected. */
        NO_FLOOR,
        /** Changes pass whatever the other has missed. */
        STALE_SERVED
    }

    private static final int RETENTION = 15;
    private static final int FORGOTTEN_AFTER = 50;

    /** Steps of a collection that pass without anything else between them; a whole one has more. */
    private static final int MAX_STEPS_AT_ONCE = 6;

    private static final class Session {
        final TombstoneNode from;
        final TombstoneNode to;
        final Horizon horizon;
        final List<Map.Entry<ActorId, Long>> wanted = new ArrayList<>();
        final List<TombstoneNode.Version> read = new ArrayList<>();

        Session(TombstoneNode from, TombstoneNode to, Horizon horizon) {
            this.from = from;
            this.to = to;
            this.horizon = horizon;
        }
    }

    private record Unasked(TombstoneNode from, TombstoneNode to, TombstoneNode.Version version) {}

    private final Random random;
    private final Fault fault;
    private final List<TombstoneNode> nodes = new ArrayList<>();
    private final Map<TombstoneNode, Long> awaySince = new HashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private final List<Unasked> inFlight = new ArrayList<>();
    private final Map<ActorId, Map<Long, TombstoneNode.Version>> written = new LinkedHashMap<>();
    private long now;
    private long nextActor = 1;
    private long nextValue;
    int restarts;
    int collected;
    final StringBuilder log = new StringBuilder();

    TombstoneWorld(long seed, Fault fault) throws SQLException {
        this.random = new Random(seed);
        this.fault = fault;
        int size = 3 + random.nextInt(4);
        for (int i = 0; i < size; i++) {
            join();
        }
        for (TombstoneNode a : nodes) {
            for (TombstoneNode b : nodes) {
                meet(a, b);
            }
        }
    }

    private TombstoneNode join() throws SQLException {
        // Actors are compared when deletions meet, so their order must not be that of joining.
        ActorId id = new ActorId(new UUID(random.nextLong(), nextActor++));
        TombstoneNode node = new TombstoneNode(id, RETENTION, now, fault != Fault.NO_FLOOR);
        nodes.add(node);
        note(node, "joins");
        return node;
    }

    private void note(TombstoneNode node, String what) {
        log.append(now)
                .append(' ')
                .append(node.id.shortId())
                .append(' ')
                .append(what)
                .append('\n');
    }

    private void meet(TombstoneNode a, TombstoneNode b) {
        if (a != b) {
            a.metAt.put(b.id, now);
            b.metAt.put(a.id, now);
        }
    }

    private boolean isUp(TombstoneNode node) {
        return !awaySince.containsKey(node);
    }

    void run(int steps) throws SQLException {
        for (int i = 0; i < steps; i++) {
            now++;
            step();
            for (TombstoneNode node : List.copyOf(nodes)) {
                if (node.isCollecting() && random.nextInt(3) == 0) {
                    collect(node);
                }
            }
        }
        settle();
    }

    private TombstoneNode any() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void step() throws SQLException {
        int dice = random.nextInt(100);
        TombstoneNode a = any();
        TombstoneNode b = any();
        if (dice < 12) {
            write(a); // a node that is away writes as well: it is cut off, not dead
        } else if (dice < 22) {
            if (a != b && isUp(a) && isUp(b)) {
                ask(a, b);
            }
        } else if (dice < 40) {
            for (TombstoneNode server : List.copyOf(nodes)) {
                if (server != a && nodes.contains(a) && nodes.contains(server) && isUp(a) && isUp(server)) {
                    fetchAll(a, server);
                }
            }
        } else if (dice < 66) {
            if (!sessions.isEmpty()) {
                advance(sessions.get(random.nextInt(sessions.size())));
            }
        } else if (dice < 80) {
            if (!inFlight.isEmpty()) {
                arrive(inFlight.remove(random.nextInt(inFlight.size())));
            }
        } else if (dice < 91) {
            collect(a);
        } else if (dice < 93) {
            if (awaySince.size() * 2 + 2 < nodes.size() && isUp(a)) {
                awaySince.put(a, now);
                note(a, "goes away");
            }
        } else if (dice < 96) {
            if (awaySince.remove(a) != null) {
                note(a, "returns");
            }
        } else if (dice < 97 && nodes.size() < 7) {
            join();
        } else if (dice < 98 && !sessions.isEmpty()) {
            sessions.remove(random.nextInt(sessions.size()));
        }
    }

    private void write(TombstoneNode node) throws SQLException {
        List<String> sql = new ArrayList<>();
        for (int i = random.nextInt(2); i >= 0; i--) {
            sql.add(statement());
        }
        sent(node, node.write(sql));
    }

    private String statement() {
        String table = TombstoneNode.TABLES.get(random.nextInt(TombstoneNode.TABLES.size()));
        int key = random.nextInt(4);
        int value = (int) nextValue++;
        String values = table.equals("wide") ? "(%d, %d, %d)" : table.equals("narrow") ? "(%d, %d)" : "(%d)";
        String columns = table.equals("wide") ? "a" : table.equals("narrow") ? "v" : "id";
        return switch (random.nextInt(6)) {
            case 0, 1 ->
                "INSERT INTO " + table + " VALUES " + String.format(values, key, value, value)
                        + " ON CONFLICT DO NOTHING";
            case 2, 3 -> "DELETE FROM " + table + " WHERE id = " + key;
            case 4 ->
                table.equals("bare")
                        ? "DELETE FROM bare WHERE id = " + key
                        : "UPDATE " + table + " SET " + columns + " = " + value + " WHERE id = " + key;
            default -> "UPDATE OR IGNORE " + table + " SET id = " + random.nextInt(4) + " WHERE id = " + key;
        };
    }

    private void sent(TombstoneNode node, TombstoneNode.@Nullable Version version) {
        if (version == null) {
            return;
        }
        note(node, "writes " + version);
        written.computeIfAbsent(node.id, id -> new HashMap<>()).put(version.version(), version);
        for (TombstoneNode other : nodes) {
            if (other != node && isUp(node) && random.nextInt(3) > 0) {
                inFlight.add(new Unasked(node, other, version));
            }
        }
    }

    private void arrive(Unasked message) throws SQLException {
        TombstoneNode to = message.to();
        boolean possible = nodes.contains(to) && isUp(to) && nodes.contains(message.from());
        if (possible && (fault == Fault.STALE_SERVED || to.rule().admits(message.from().id, to::holds))) {
            to.merge(message.version());
        }
    }

    private KnownMembers known(TombstoneNode node) {
        Set<ActorId> counted = new HashSet<>();
        Set<ActorId> present = new HashSet<>();
        node.metAt.forEach((id, at) -> {
            TombstoneNode other =
                    nodes.stream().filter(one -> one.id.equals(id)).findFirst().orElse(null);
            boolean reachable = other != null && isUp(other) && isUp(node);
            long gone = now - Math.max(at, goneSince(node, other));
            if (reachable || gone < FORGOTTEN_AFTER) {
                counted.add(id);
            }
            if (reachable) {
                present.add(id);
            }
        });
        return new KnownMembers(counted, present, Set.of());
    }

    private long goneSince(TombstoneNode node, @Nullable TombstoneNode other) {
        long gone = awaySince.getOrDefault(node, 0L);
        return other == null ? gone : Math.max(gone, awaySince.getOrDefault(other, 0L));
    }

    private void collect(TombstoneNode node) throws SQLException {
        int before = node.collected;
        node.collect(known(node), now, 1 + random.nextInt(MAX_STEPS_AT_ONCE));
        collected += node.collected - before;
        if (node.collected > before) {
            note(node, "collects " + (node.collected - before) + ", horizon " + node.horizon());
        }
    }

    /** What the sync server does, and the client when it is turned away. */
    private boolean ask(TombstoneNode client, TombstoneNode server) throws SQLException {
        if (random.nextInt(4) > 0) {
            meet(client, server); // news of members usually, but not always, come before
        }
        Map<ActorId, ActorVersions> holds = client.holds();
        Horizon horizon = client.horizon();
        Horizon theirs = server.horizon();
        TombstoneRule.Relation relation = server.rule().asked(client.id, holds, horizon, server.holds(), known(server));
        if (relation == TombstoneRule.Relation.EQUAL || fault == Fault.STALE_SERVED) {
            sessions.add(session(client, server, holds));
            return true;
        }
        boolean behind = false;
        switch (relation) {
            case TO_BE_ALIGNED, PEER_BEHIND -> sent(server, server.align(horizon));
            default -> behind = true;
        }
        TombstoneRule.Relation mine = client.rule().answered(theirs, behind, client.holds());
        switch (mine) {
            case TO_BE_ALIGNED, PEER_BEHIND -> sent(client, client.align(theirs));
            default -> startAnew(client);
        }
        if (mine == TombstoneRule.Relation.PEER_BEHIND) {
            startAnew(server);
        }
        return false;
    }

    private Session session(TombstoneNode client, TombstoneNode server, Map<ActorId, ActorVersions> holds) {
        Session session = new Session(server, client, client.horizon());
        server.holds().forEach((actor, mine) -> {
            ActorVersions theirs = holds.getOrDefault(actor, ActorVersions.NONE);
            if (!actor.equals(client.id)) {
                for (VersionRange range : mine.missingAt(theirs).ranges()) {
                    for (long version = range.first(); version <= range.last(); version++) {
                        session.wanted.add(Map.entry(actor, version));
                    }
                }
            }
        });
        return session;
    }

    /** Reads one more version at the server, or applies one at the client. */
    private void advance(Session session) throws SQLException {
        boolean alive = nodes.contains(session.from) && nodes.contains(session.to);
        boolean canRead = alive
                && isUp(session.from)
                && !session.wanted.isEmpty()
                && (fault == Fault.STALE_SERVED || session.from.horizon().equals(session.horizon));
        if (canRead && (session.read.isEmpty() || random.nextBoolean())) {
            List<Map.Entry<ActorId, Long>> next =
                    session.wanted.subList(0, Math.min(1 + random.nextInt(40), session.wanted.size()));
            session.read.addAll(session.from.read(next));
            next.clear();
        } else if (alive && isUp(session.to) && !session.read.isEmpty()) {
            List<TombstoneNode.Version> next =
                    session.read.subList(0, Math.min(1 + random.nextInt(40), session.read.size()));
            if (fault == Fault.STALE_SERVED || session.to.horizon().equals(session.horizon)) {
                for (TombstoneNode.Version version : next) {
                    session.to.merge(version);
                }
            }
            next.clear();
        } else {
            sessions.remove(session);
        }
    }

    private void startAnew(TombstoneNode node) throws SQLException {
        note(node, "starts anew, held " + node.holds() + " horizon " + node.horizon());
        restarts++;
        nodes.remove(node);
        awaySince.remove(node);
        node.close();
        join();
    }

    /** Everybody is back, and fetches from everybody until nothing is missing anywhere. */
    private void settle() throws SQLException {
        awaySince.clear();
        sessions.clear();
        for (int round = 0; round < 20; round++) {
            for (TombstoneNode client : List.copyOf(nodes)) {
                for (TombstoneNode server : List.copyOf(nodes)) {
                    if (client != server && nodes.contains(client) && nodes.contains(server)) {
                        fetchAll(client, server);
                    }
                }
            }
            if (isSettled()) {
                return;
            }
        }
        throw new AssertionError("does not come to rest: "
                + nodes.stream()
                        .map(node -> node.horizon() + " " + node.holds())
                        .collect(Collectors.joining("\n")));
    }

    private void fetchAll(TombstoneNode client, TombstoneNode server) throws SQLException {
        if (ask(client, server)) {
            Session session = sessions.get(sessions.size() - 1);
            while (sessions.contains(session)) {
                advance(session);
            }
        }
    }

    private boolean isSettled() {
        TombstoneNode first = nodes.get(0);
        return nodes.stream()
                .allMatch(node -> node.holds()
                                .equals(first.holds()) // With this fault nobody aligns horizons: only what is held
                        // can come to rest.
                        && (fault == Fault.STALE_SERVED || node.horizon().equals(first.horizon())));
    }

    /** Rows of every node; and last those of one that merges all that is left in any and has never collected. */
    List<List<String>> results() throws SQLException {
        List<List<String>> results = new ArrayList<>();
        for (TombstoneNode node : nodes) {
            results.add(node.rows());
        }
        try (TombstoneNode judge = new TombstoneNode(new ActorId(new UUID(0, 0)), RETENTION, now, true)) {
            Map<ActorId, ActorVersions> held = nodes.get(0).holds();
            for (Map.Entry<ActorId, Map<Long, TombstoneNode.Version>> actor : written.entrySet()) {
                for (TombstoneNode.Version version : actor.getValue().values()) {
                    if (held.getOrDefault(actor.getKey(), ActorVersions.NONE).contains(version.version())) {
                        judge.merge(version);
                    }
                }
            }
            results.add(judge.rows());
        }
        return results;
    }

    @Override
    public void close() throws SQLException {
        for (TombstoneNode node : nodes) {
            node.close();
        }
    }
}
