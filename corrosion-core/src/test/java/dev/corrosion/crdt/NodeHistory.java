package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ModelledSite.DivergedException;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionPart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A random history of nodes that exchange whole versions: news as it is written, fetches of all that is missing, both in
 * pieces, late, twice or never; nodes that get tables and columns later than others, restart, crash, and are restored.
 */
final class NodeHistory {

    private static final int MAX_ROUNDS = 6;
    private static final int MAX_MAIL = 60;
    private static final int MAX_FETCHES = 5;

    private final long seed;
    private final List<ModelTable> tables;
    private final List<ModelledNode> nodes = new ArrayList<>();
    /** What others have sent; each may be delivered to anybody, any number of times. */
    private final List<Message> mail = new ArrayList<>();
    /** What a node has written and not announced yet. */
    private final Map<Integer, List<Message>> untold = new HashMap<>();

    private final List<Fetch> fetches = new ArrayList<>();

    private final List<String> log = new ArrayList<>();
    private int clock = 1000;
    private boolean lossy;

    /** A version that is read in small parts, between which its reader may write. */
    private record Fetch(int from, ActorId actor, long version, long seq) {}

    private NodeHistory(long seed) {
        this.seed = seed;
        this.tables = ModelTable.random(new Random(seed));
    }

    /** The same as {@link RandomHistory#run}. */
    static @Nullable String run(long seed, List<Long> steps, Path directory) {
        NodeHistory history = new NodeHistory(seed);
        try {
            history.open(directory);
            for (long step : steps) {
                history.step(new Random(step));
                history.checkCopies();
            }
            history.converge();
            return null;
        } catch (DivergedException e) {
            return e.getMessage() + "\n"
                    + history.tables.stream().map(ModelTable::createSql).collect(Collectors.joining("\n")) + "\n"
                    + String.join("\n", history.log);
        } finally {
            history.nodes.forEach(ModelledSite::close);
        }
    }

    private void open(Path directory) {
        Random random = new Random(~seed);
        int count = 2 + random.nextInt(3);
        boolean differ = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            ModelledNode node = new ModelledNode(directory.resolve(i + ".db"), actor(random));
            nodes.add(node);
            for (ModelTable table : tables) {
                if (differ && random.nextInt(3) == 0) {
                    log.add(i + " has no table " + table.name());
                } else {
                    node.addTable(table);
                }
            }
        }
    }

    /** Where an older copy was restored, what it knew is gone, and versions may be left of which nobody has the whole. */
    private void checkCopies() {
        if (!lossy) {
            CopiesCheck.run(nodes);
        }
    }

    private static ActorId actor(Random random) {
        return new ActorId(new UUID(random.nextLong(), random.nextLong()));
    }

    private void step(Random random) {
        int at = random.nextInt(nodes.size());
        int kind = random.nextInt(100);
        if (kind < 36) {
            write(random, at);
        } else if (kind < 40) {
            announce(at);
        } else if (kind < 68) {
            deliver(random, at);
        } else if (kind < 76) {
            fetch(random, at, random.nextInt(nodes.size()));
        } else if (kind < 85) {
            fetchPart(random, at);
        } else if (kind < 89) {
            extendSchema(random, at);
        } else {
            restart(random, at, kind);
        }
    }

    private void write(Random random, int at) {
        ModelledNode node = nodes.get(at);
        if (node.model.tables.isEmpty()) {
            return;
        }
        List<ModelOp> ops = new RandomOps(random).transaction(node.model);
        boolean proceed = random.nextBoolean();
        boolean rollBack = random.nextInt(12) == 0;
        log.add(at + ": " + ops + (proceed ? " whatever fails" : "") + (rollBack ? " rolled back" : ""));
        Message news = node.write(ops, Integer.toString(++clock), proceed, rollBack);
        if (news != null) {
            untold.computeIfAbsent(at, i -> new ArrayList<>()).add(news);
        }
        if (random.nextInt(4) > 0) {
            announce(at);
        }
    }

    private void announce(int at) {
        if (nodes.get(at).hasUnannounced()) {
            log.add(at + " announces up to " + nodes.get(at).model.version);
            nodes.get(at).announce();
            List<Message> news = untold.remove(at);
            if (news != null) {
                news.forEach(this::post);
            }
        }
    }

    private void post(Message message) {
        mail.add(message);
        if (mail.size() > MAX_MAIL) {
            mail.remove(0);
        }
    }

    private void deliver(Random random, int to) {
        for (int left = 1 + random.nextInt(3); left > 0 && !mail.isEmpty(); left--) {
            int which = random.nextBoolean() ? mail.size() - 1 : random.nextInt(mail.size());
            receive(to, random.nextInt(4) == 0 ? mail.remove(which) : mail.get(which));
        }
    }

    private void receive(int to, Message message) {
        log.add(to + " hears " + show(message));
        nodes.get(to).receive(message);
    }

    private static String show(Message message) {
        if (!(message instanceof Changes changes)) {
            return message.toString();
        }
        return changes.parts().stream()
                .map(part -> "version " + part.version() + " seq " + part.fromSeq() + " to " + part.toSeq()
                        + (part.last() ? " (last) " : " ")
                        + part.changes().stream().map(Vectors::show).toList())
                .collect(Collectors.joining());
    }

    /**
     * All that the one lacks and the other has, unless the connection breaks. Nothing from one that has not announced its
     * last write: what that has overwritten is left out, and would be missing for good if power failed then.
     */
    private void fetch(Random random, int to, int from) {
        if (to == from || nodes.get(from).hasUnannounced()) {
            return;
        }
        log.add(to + " fetches from " + from);
        int maxBytes = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(300);
        List<Message> all = new ArrayList<>(nodes.get(from).missingAt(nodes.get(to), maxBytes));
        int way = random.nextInt(4);
        if (way == 0) {
            Collections.shuffle(all, random);
        }
        if (way == 1) {
            all = all.subList(0, random.nextInt(all.size() + 1));
        }
        all.forEach(message -> receive(to, message));
        all.stream().filter(message -> random.nextInt(4) == 0).forEach(this::post);
    }

    /** Reads the next part of some version, which is delivered some time. */
    private void fetchPart(Random random, int from) {
        Fetch fetch;
        if (fetches.size() < MAX_FETCHES && random.nextInt(3) == 0) {
            fetch = begin(random, from);
        } else {
            fetch = fetches.isEmpty() ? null : fetches.remove(random.nextInt(fetches.size()));
        }
        if (fetch == null || nodes.get(fetch.from()).hasUnannounced()) {
            return;
        }
        int maxBytes = 1 + random.nextInt(200);
        VersionPart part = nodes.get(fetch.from()).part(fetch.actor(), fetch.version(), fetch.seq(), maxBytes);
        log.add(fetch.from() + " reads of version " + part.version() + " from seq " + part.fromSeq() + " to "
                + part.toSeq());
        post(new Changes(List.of(part)));
        if (!part.last()) {
            fetches.add(new Fetch(fetch.from(), fetch.actor(), fetch.version(), part.toSeq() + 1));
        }
    }

    private @Nullable Fetch begin(Random random, int from) {
        List<Map.Entry<ActorId, ActorVersions>> held = nodes.get(from).holds().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .toList();
        if (held.isEmpty()) {
            return null;
        }
        Map.Entry<ActorId, ActorVersions> one = held.get(random.nextInt(held.size()));
        if (random.nextInt(3) == 0) {
            post(new VersionHead(one.getKey(), one.getValue().head()));
        }
        List<VersionRange> ranges = one.getValue().applied().ranges();
        if (ranges.isEmpty()) {
            return null;
        }
        VersionRange range = ranges.get(random.nextInt(ranges.size()));
        long last = Math.min(range.last(), range.first() + 15);
        return new Fetch(from, one.getKey(), range.first() + random.nextLong(last - range.first() + 1), 0);
    }

    private void extendSchema(Random random, int at) {
        ModelTable table = tables.get(random.nextInt(tables.size()));
        if (!nodes.get(at).model.tables.containsKey(table.name())) {
            log.add(at + " gets the table " + table.name());
            nodes.get(at).addTable(table);
        } else if (!nodes.get(at).model.state(table.name()).table.later().isEmpty()) {
            log.add(at + " adds a column to " + table.name());
            nodes.get(at).addColumn(table.name());
        }
    }

    private void restart(Random random, int at, int kind) {
        ModelledNode node = nodes.get(at);
        if (kind < 91) {
            log.add(at + " saves");
            node.save();
            return;
        }
        fetches.removeIf(fetch -> fetch.from() == at);
        if (kind < 93) {
            log.add(at + " is opened again");
            node.reopen();
        } else if (kind < 96) {
            log.add(at + " crashes");
            node.crash();
        } else if (kind < 98) {
            log.add(at + " loses power");
            if (node.losePower()) {
                untold.remove(at);
            }
        } else {
            restoreOlder(random, at);
        }
        announce(at);
    }

    /** What the others have not heard of it would be lost; so they have. */
    private void restoreOlder(Random random, int at) {
        announce(at);
        int to = (at + 1) % nodes.size();
        nodes.get(at).missingAt(nodes.get(to), Integer.MAX_VALUE).forEach(message -> receive(to, message));
        log.add(at + " is restored from an older copy");
        lossy |= nodes.get(at).restoreOlder(() -> actor(random));
    }

    /** Everybody has the whole schema, then everybody hears everything from everybody until nothing is missing. */
    private void converge() {
        log.add("everybody has all tables and columns and fetches everything");
        for (int at = 0; at < nodes.size(); at++) {
            announce(at);
            for (ModelTable table : tables) {
                if (!nodes.get(at).model.tables.containsKey(table.name())) {
                    nodes.get(at).addTable(table);
                }
                while (!nodes.get(at).model.state(table.name()).table.later().isEmpty()) {
                    nodes.get(at).addColumn(table.name());
                }
            }
        }
        boolean heard = true;
        for (int round = 0; heard; round++) {
            if (round > MAX_ROUNDS) {
                throw new DivergedException("no end of news after " + MAX_ROUNDS + " rounds");
            }
            heard = false;
            for (int to = 0; to < nodes.size(); to++) {
                for (ModelledNode from : nodes) {
                    for (Message message : from.missingAt(nodes.get(to), 1000)) {
                        receive(to, message);
                        heard = true;
                    }
                }
            }
        }
        for (ModelledNode node : nodes) {
            ModelledSite.same("rows of all nodes", nodes.get(0).rows(), node.rows());
            ModelledSite.same(
                    "records of all nodes", RandomHistory.convergent(nodes.get(0)), RandomHistory.convergent(node));
            if (!lossy) {
                ModelledSite.same("left over", List.of(), node.leftOver());
            }
        }
        CopiesCheck.same(nodes);
    }
}
