package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ModelledSite.DivergedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A random history of a few sites. Its seed decides the sites and their tables; each step has a seed of its own, so a
 * history without some of its steps is a history too, and one that fails can be made short.
 */
final class RandomHistory {

    /** How many rounds of everybody to everybody may pass until nothing changes. */
    private static final int MAX_ROUNDS = 6;

    /** How many changesets stay on their way. */
    private static final int MAX_CAPTURED = 40;

    private final long seed;
    private final List<ModelTable> tables;
    private final List<ModelledSite> sites = new ArrayList<>();
    private final List<List<Change>> captured = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private int clock = 1000;

    private RandomHistory(long seed) {
        this.seed = seed;
        this.tables = ModelTable.random(new Random(seed));
    }

    /** The seeds of the steps of a history. */
    static List<Long> steps(long seed) {
        Random random = new Random(seed ^ 0x5eed);
        return random.longs(20 + random.nextInt(40)).boxed().toList();
    }

    /** Runs the history on files in the directory; returns what went wrong and how it came to it, or null. */
    static @Nullable String run(long seed, List<Long> steps, Path directory) {
        RandomHistory history = new RandomHistory(seed);
        try {
            history.open(directory);
            for (long step : steps) {
                history.step(new Random(step));
            }
            history.converge();
            return null;
        } catch (DivergedException e) {
            return e.getMessage() + "\n"
                    + history.tables.stream().map(ModelTable::createSql).collect(Collectors.joining("\n")) + "\n"
                    + String.join("\n", history.log);
        } finally {
            history.sites.forEach(ModelledSite::close);
        }
    }

    private void open(Path directory) {
        Random random = new Random(~seed);
        int count = 2 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            // the highest bit is set in some: ids are compared unsigned
            ActorId actor = new ActorId(new UUID(random.nextLong(), random.nextLong()));
            sites.add(new ModelledSite(directory.resolve(i + ".db"), actor, tables));
        }
    }

    private void step(Random random) {
        int at = random.nextInt(sites.size());
        ModelledSite site = sites.get(at);
        int kind = random.nextInt(100);
        if (kind < 50) {
            List<ModelOp> ops = new RandomOps(random).transaction(site.model);
            boolean proceed = random.nextBoolean();
            boolean rollBack = random.nextInt(12) == 0;
            log.add(at + ": " + ops + (proceed ? " whatever fails" : "") + (rollBack ? " rolled back" : ""));
            site.transaction(ops, Integer.toString(++clock), proceed, rollBack);
        } else if (kind < 92) {
            List<Change> changes = changes(random, site);
            log.add(at + " hears " + changes.stream().map(Vectors::show).toList());
            site.merge(changes);
        } else if (kind < 97) {
            log.add(at + " is opened again");
            site.reopen();
        } else {
            addColumn(random, at);
        }
    }

    private void addColumn(Random random, int at) {
        List<String> open = tables.stream()
                .map(ModelTable::name)
                .filter(name -> !sites.get(at).model.state(name).table.later().isEmpty())
                .toList();
        if (!open.isEmpty()) {
            String table = open.get(random.nextInt(open.size()));
            log.add(at + " adds a column to " + table);
            sites.get(at).addColumn(table);
        }
    }

    /** Changes as they may arrive: now or long after they were read, from anywhere, whole or not, in any order. */
    private List<Change> changes(Random random, ModelledSite to) {
        if (captured.isEmpty() || random.nextInt(3) > 0) {
            ModelledSite from = sites.get(random.nextInt(sites.size()));
            List<Change> read = read(random, from == to ? sites.get(0) : from);
            captured.add(read);
            if (captured.size() > MAX_CAPTURED) {
                captured.remove(random.nextInt(captured.size()));
            }
        }
        List<Change> changes = new ArrayList<>(
                random.nextBoolean()
                        ? captured.get(captured.size() - 1)
                        : captured.get(random.nextInt(captured.size())));
        int way = random.nextInt(10);
        if (way < 2) {
            changes.removeIf(change -> random.nextInt(3) == 0);
        }
        if (way == 1 || way == 2) {
            Collections.shuffle(changes, random);
        }
        if (way == 3) {
            changes.addAll(List.copyOf(changes));
        }
        return changes;
    }

    private List<Change> read(Random random, ModelledSite from) {
        List<Change> all = from.changes();
        if (all.isEmpty() || random.nextInt(5) == 0) {
            return all;
        }
        Change one = all.get(random.nextInt(all.size()));
        return random.nextInt(4) == 0
                ? all.stream()
                        .filter(change -> change.site().equals(one.site()))
                        .toList()
                : from.version(one.site(), one.dbVersion());
    }

    /** Everybody has the whole schema, then everybody hears everything from everybody until nothing changes. */
    private void converge() {
        log.add("everybody adds the columns that are left and hears everything");
        for (ModelledSite site : sites) {
            for (ModelTable table : tables) {
                while (!site.model.state(table.name()).table.later().isEmpty()) {
                    site.addColumn(table.name());
                }
            }
        }
        Random random = new Random(seed + 1);
        Set<Object> before;
        int rounds = 0;
        do {
            if (++rounds > MAX_ROUNDS) {
                throw new DivergedException("no end of changes after " + MAX_ROUNDS + " rounds");
            }
            before = state();
            for (ModelledSite to : sites) {
                for (ModelledSite from : sites) {
                    List<Change> everything = new ArrayList<>(from.changes());
                    Collections.shuffle(everything, random);
                    if (!to.merge(everything)) {
                        throw new DivergedException("refused although all have the same schema");
                    }
                }
            }
        } while (!before.equals(state()));
        for (ModelledSite site : sites) {
            ModelledSite.same("rows of all sites", sites.get(0).rows(), site.rows());
            ModelledSite.same("records of all sites", convergent(sites.get(0)), convergent(site));
        }
    }

    private Set<Object> state() {
        Set<Object> state = new HashSet<>();
        for (int i = 0; i < sites.size(); i++) {
            state.add(List.of(
                    i, sites.get(i).rows(), ModelledSite.show(sites.get(i).changes())));
        }
        return state;
    }

    /** Of the sentinels of living rows, each site keeps the one that it saw first (rules D5 to D7). */
    static Map<String, String> convergent(ModelledSite site) {
        return ModelledSite.show(site.changes().stream()
                .filter(change -> !change.isSentinel() || change.cl() % 2 == 0)
                .toList());
    }
}
