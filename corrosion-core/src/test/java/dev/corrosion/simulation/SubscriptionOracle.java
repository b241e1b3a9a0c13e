package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.WriteException;
import dev.corrosion.WriteResult;
import dev.corrosion.query.OracleQueries;
import dev.corrosion.query.OracleQueries.OracleQuery;
import dev.corrosion.query.OracleSchema;
import dev.corrosion.query.OracleWrites;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One random history of whole nodes and of those who follow queries there: transactions on all nodes, conflicts, nodes that
 * cannot reach each other for a while, that restart or crash, and subscribers that go, come back, or are slow.
 */
final class SubscriptionOracle implements Invariant, AutoCloseable {

    private static final String MEMBERS = "corrosion_members";
    private static final int QUERIES = 10;

    /** In one history of so many there is one query only, so that many writes are about nobody. */
    private static final int LONELY = 5;

    private static final int STEPS = 40;
    private static final int FLOOD = 200;
    private static final Duration FORMING = Duration.ofSeconds(2);

    /** When nothing was committed for so long, and ten flushes, subscribers have been told everything. */
    private static final Duration QUIET = Duration.ofMillis(10);

    /** With this a query that is run again seems to have taken so long that it rests then. */
    private static final Duration GLANCE = Duration.ofNanos(400_000);

    /** After so long everything that was committed is on its disk, and known to be. */
    private static final Duration FLUSHED = Duration.ofMillis(100);

    private static final Duration AGREEMENT = Duration.ofMinutes(5);

    /** Longer than changes are kept. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(30);

    private static final Duration LONG_WAIT = Duration.ofMinutes(11);

    private final Random random;
    private final int queries;
    private final OracleSchema schema;
    private final OracleWrites writes;
    private final World world;
    private final boolean copying;
    private final boolean tight;
    private final Duration quiet;
    private final Map<Machine, OracleHistory> histories = new LinkedHashMap<>();
    private final List<OracleSubscriber<?>> subscribers = new ArrayList<>();
    private final Map<ActorId, Long> written = new HashMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> said = new ArrayList<>();
    private int longWaits;

    SubscriptionOracle(long seed, Path directory, Sabotage sabotage) {
        random = new Random(seed);
        queries = seed % LONELY == LONELY - 1 ? 1 : QUERIES;
        schema = OracleSchema.replicated(random);
        writes = new OracleWrites(random, schema);
        copying = random.nextInt(8) == 0;
        tight = random.nextInt(3) == 0;
        world = new World(seed, settings(), directory, sabotage, null);
        List<String> ddl = schema.ddl(random);
        boolean slowClocks = random.nextInt(4) == 0;
        Duration flushTime = Duration.ofMillis(random.nextInt(4) == 0 ? 30 : 2);
        quiet = QUIET.plus(flushTime.multipliedBy(10));
        for (Machine machine : world.machines) {
            machine.schema = String.join(";\n", ddl);
            machine.glance = slowClocks ? GLANCE : Duration.ZERO;
            machine.flushTime = flushTime;
            if (tight) {
                machine.subscriptions = tightLimits();
            }
            histories.put(machine, new OracleHistory(machine));
        }
        said.addAll(ddl);
        world.watch(this);
    }

    /** With which changes and queries are forgotten while it lasts. */
    private SubscriptionLimits tightLimits() {
        SubscriptionLimits most = SubscriptionLimits.DEFAULT;
        return new SubscriptionLimits(
                most.subscribers(),
                most.rows(),
                1 + random.nextInt(60),
                most.bytes(),
                Duration.ofSeconds(1 + random.nextInt(20)),
                1 + random.nextInt(100_000),
                Duration.ofMillis(random.nextInt(20_000)),
                Duration.ofMinutes(1 + random.nextInt(20)),
                most.journalBytes());
    }

    private Settings settings() {
        return new Settings(
                random.nextInt(5) == 0 ? 3 : 2,
                1,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofHours(2),
                Duration.ofMillis(500),
                Duration.ofHours(2),
                copying ? 10 : Long.MAX_VALUE - 1,
                0,
                CorrosionOptions.DEFAULT_MAX_BYTES_PER_SECOND,
                0);
    }

    /** What has happened, and how often. */
    Map<String, Integer> counts() {
        return counts;
    }

    /** Of all that has happened; ends it. */
    String hash() {
        return world.log.hash();
    }

    void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    int longWaits() {
        return longWaits;
    }

    /** Whether a change may come from no transaction: if the database was replaced, or the query not followed for a while. */
    boolean mayBeUnknown(QueryStates states, boolean durable) {
        boolean notFollowed = states.machine.starts() > 1 || longWaits > 0 || tight;
        return copying || states.query.statement().sql().contains(MEMBERS) || (durable && notFollowed);
    }

    /** Whether few changes are kept, and not for long. */
    boolean isTight() {
        return tight;
    }

    /** Whether a node may replace its database by a copy of another's. */
    boolean isCopying() {
        return copying;
    }

    boolean isKnown(ActorId actor, long version) {
        return copying || (version > 0 && version <= written.getOrDefault(actor, 0L));
    }

    /** To wait for a transaction that somebody has written. */
    SubscriptionOptions.@Nullable After anyAfter() {
        List<ActorId> actors = written.keySet().stream().sorted().toList();
        if (actors.isEmpty()) {
            return null;
        }
        ActorId actor = actors.get(random.nextInt(actors.size()));
        long version = Objects.requireNonNull(written.get(actor)) - random.nextInt(2);
        return new SubscriptionOptions.After(actor, Math.max(1, version), Duration.ofMillis(1 + random.nextInt(50)));
    }

    /** See {@link OracleHistory#placeOfAllUpTo}. */
    int placeOfAllUpTo(QueryStates states, Map<ActorId, Long> versions) {
        return known(states, history(states.machine).placeOfAllUpTo(states, versions), versions);
    }

    /** See {@link OracleHistory#placeOf}. */
    int placeOf(QueryStates states, ActorId actor, long version) {
        return known(states, history(states.machine).placeOf(states, actor, version), version);
    }

    private int known(QueryStates states, int place, Object what) {
        if (place == QueryStates.NONE) {
            world.violated(new AssertionError(states + ": " + what + " is not here, but said to be"));
        }
        return place;
    }

    private OracleHistory history(Machine machine) {
        return Objects.requireNonNull(histories.get(machine));
    }

    void run() {
        try {
            live();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(e.getMessage() + "\n" + String.join(";\n", said), e);
        }
    }

    private void live() {
        world.machines.forEach(Machine::start);
        world.run(FORMING);
        int rows = random.nextInt(4) == 0 ? 40 : 12;
        for (int i = 0; i < rows; i++) {
            write(any());
        }
        world.run(Duration.ofMillis(50));
        for (int i = 0; i < queries; i++) {
            follow(new OracleQueries(random, schema).next());
        }
        if (random.nextInt(3) == 0) {
            follow(members());
        }
        for (int i = 0; i < STEPS; i++) {
            forgetHuge();
            step();
            proceed();
        }
        end();
    }

    private OracleQuery members() {
        String sql =
                switch (random.nextInt(3)) {
                    case 0 -> "SELECT name, state FROM " + MEMBERS;
                    case 1 -> "SELECT state, count(*) FROM " + MEMBERS + " GROUP BY state";
                    default -> "SELECT m.name, m.state, x.k0 FROM t0 x LEFT JOIN " + MEMBERS + " m ON m.name = 'node1'";
                };
        return new OracleQuery(Statement.of(sql), false);
    }

    private void follow(OracleQuery query) {
        int tier;
        Machine first = world.machines.get(0);
        try {
            first.process().node().query(query.statement());
            tier = first.process().node().explain(query.statement()).tier();
        } catch (CorrosionException e) {
            count("rejected queries");
            return;
        }
        count("tier " + tier);
        say("-- follow " + query.statement() + " (tier " + tier + ")");
        for (Machine machine : random.nextInt(4) == 0 ? world.machines : List.of(first)) {
            QueryStates states = history(machine).follow(query);
            int clients = 1 + random.nextInt(2);
            for (int i = 0; i < clients; i++) {
                boolean slow = random.nextInt(4) == 0;
                boolean coalescing = random.nextInt(slow ? 2 : 4) == 0;
                OracleClient.Kind kind = new OracleClient.Kind(slow, coalescing, random.nextBoolean());
                subscribers.add(new OracleClient(this, world, random, states, kind));
            }
            if (random.nextInt(3) == 0) {
                subscribers.add(new OracleView(this, world, random, states, random.nextInt(5) == 0));
            }
        }
    }

    /** Joins of everything with everything are left alone. */
    private void forgetHuge() {
        List<OracleSubscriber<?>> huge =
                subscribers.stream().filter(each -> each.states.isHuge()).toList();
        huge.forEach(OracleSubscriber::go);
        subscribers.removeAll(huge);
    }

    private void step() {
        int kind = random.nextInt(100);
        if (kind < 30) {
            write(world.machines.get(0), 1 + random.nextInt(3));
        } else if (kind < 50) {
            write(any(), 1 + random.nextInt(3));
        } else if (kind < 60) {
            world.machines.forEach(machine -> write(machine, 1));
        } else if (kind < 72) {
            subscribers.stream()
                    .filter(each -> each.isHere() && random.nextInt(4) == 0)
                    .toList()
                    .forEach(OracleSubscriber::go);
        } else if (kind < 86) {
            subscribers.stream()
                    .filter(each -> mayCome(each) && random.nextInt(2) == 0)
                    .toList()
                    .forEach(OracleSubscriber::come);
        } else if (kind < 90) {
            boolean all = random.nextInt(3) == 0;
            subscribers.stream()
                    .filter(each -> random.nextBoolean())
                    .toList()
                    .forEach(all ? OracleSubscriber::wantAll : OracleSubscriber::wantSome);
        } else if (kind < 94) {
            partition();
        } else if (kind < 96) {
            any().heldUpUntil = world.time.now() + random.nextInt(20_000_000);
        } else if (kind < 99) {
            down(any());
        } else if (tight || random.nextInt(3) == 0) {
            flood();
        }
        world.machines.stream()
                .filter(machine -> machine.running() == null && random.nextInt(4) == 0)
                .forEach(this::start);
    }

    /** More than a slow subscriber takes, and then nothing until it is not kept any more. */
    private void flood() {
        subscribers.stream().filter(SubscriptionOracle::mayCome).forEach(OracleSubscriber::come);
        write(world.machines.get(0), FLOOD);
        Duration wait = tight ? SHORT_WAIT : LONG_WAIT;
        say("-- wait for " + wait);
        world.run(wait);
        longWaits++;
    }

    private static boolean mayCome(OracleSubscriber<?> subscriber) {
        return !subscriber.isHere() && subscriber.states.machine.running() != null;
    }

    private Machine any() {
        return world.machines.get(random.nextInt(world.machines.size()));
    }

    private void say(String what) {
        said.add(String.format("%.6f %s", world.time.now() / 1e9, what));
    }

    /** For a moment, for a while, or until nothing is under way. */
    private void proceed() {
        switch (random.nextInt(3)) {
            case 0 -> world.run(Duration.ofNanos(random.nextInt(300_000)));
            case 1 -> world.run(Duration.ofNanos(random.nextInt(20_000_000)));
            default -> settle();
        }
    }

    private void settle() {
        int before;
        do {
            before = moments();
            world.run(quiet);
        } while (moments() != before || world.machines.stream().anyMatch(this::isHeldUp));
        forgetHuge();
        subscribers.forEach(OracleSubscriber::check);
        world.run(Duration.ZERO);
    }

    private int moments() {
        return histories.values().stream().mapToInt(OracleHistory::size).sum();
    }

    private boolean isHeldUp(Machine machine) {
        return machine.heldUpUntil > world.time.now() - quiet.toNanos();
    }

    private void write(Machine machine, int transactions) {
        for (int i = 0; i < transactions; i++) {
            write(machine);
        }
    }

    private void write(Machine machine) {
        List<Statement> statements = new ArrayList<>();
        int changes = random.nextInt(6) == 0 ? 6 : 1 + random.nextInt(2);
        for (int i = 0; i < changes; i++) {
            statements.add(writes.next());
        }
        write(machine, statements);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private void write(Machine machine, List<Statement> statements) {
        NodeRun process = machine.running();
        if (process == null) {
            return;
        }
        process.node().write(statements).whenComplete((result, failure) -> {
            if (failure == null) {
                wrote(machine, statements, result);
            } else {
                refused(machine, failure);
            }
        });
    }

    private void wrote(Machine machine, List<Statement> statements, WriteResult result) {
        say(machine + " writes version " + result.version() + " " + statements);
        if (result.version() > 0) {
            count("transactions");
            written.merge(result.actorId(), result.version(), Math::max);
            history(machine).wrote(result.version());
        }
    }

    private void refused(Machine machine, Throwable failure) {
        count("refused transactions");
        if (!(failure instanceof WriteException) && !(failure.getCause() instanceof WriteException)) {
            world.violated(new AssertionError(machine + " does not write", failure));
        }
    }

    private void partition() {
        if (random.nextBoolean()) {
            say("-- all reach each other");
            world.links.healLinks();
            world.run(Duration.ofNanos(random.nextInt(300_000)));
            // These changes arrive before the rows that they change, which the others have yet to ask for.
            world.machines.forEach(machine -> write(machine, List.of(writes.everywhere())));
            return;
        }
        Machine one = any();
        say("-- nobody reaches " + one);
        for (Machine other : world.machines) {
            if (other != one) {
                world.links.change(one.address, other.address, Link::broken);
                world.links.change(other.address, one.address, Link::broken);
            }
        }
    }

    private void down(Machine machine) {
        if (machine.running() == null || machine.isLeaving()) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> {
                say("-- " + machine + " stops");
                machine.leave();
                world.run(quiet);
            }
            case 1 -> {
                say("-- " + machine + " is killed");
                machine.crash(1);
            }
            default -> {
                say("-- " + machine + " has no power");
                machine.crash(random.nextBoolean() ? 0 : random.nextDouble());
            }
        }
    }

    private void start(Machine machine) {
        say("-- " + machine + " starts");
        machine.start();
    }

    private void end() {
        say("-- the end");
        world.links.heal();
        world.machines.stream().filter(machine -> machine.running() == null).forEach(this::start);
        world.run(FLUSHED);
        Agreement agreement = new Agreement(world);
        if (!world.runUntil(agreement::isReached, AGREEMENT)) {
            throw new AssertionError("no agreement within " + AGREEMENT + ": " + agreement.lack());
        }
        forgetHuge();
        subscribers.stream().filter(SubscriptionOracle::mayCome).forEach(OracleSubscriber::come);
        subscribers.forEach(OracleSubscriber::wantAll);
        settle();
        Map<String, String> keys = new TreeMap<>();
        schema.tables().forEach(table -> keys.put(table.name(), String.join(", ", table.keyNames())));
        new SameRows(keys).check(world);
    }

    @Override
    public void started(NodeRun process) {
        history(process.machine()).begin();
    }

    @Override
    public void stopped(NodeRun process) {
        subscribers.stream()
                .filter(each -> each.states.machine == process.machine())
                .forEach(OracleSubscriber::lost);
    }

    @Override
    public void committed(NodeRun process) {
        history(process.machine()).look();
    }

    @Override
    public void close() {
        world.close();
    }
}
