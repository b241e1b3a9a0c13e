package dev.corrosion.simulation;

import dev.corrosion.CorrosionOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One world from a seed: it is set up, lives through its faults, is put right, and must then be whole again. */
final class Scenario {

    /** How long nodes may take to agree once nothing is wrong any more. */
    static final Duration CONVERGENCE = Duration.ofMinutes(3);

    private static final Duration FORMING = Duration.ofSeconds(5);

    /** What subscribers are told, they are told a moment later. */
    private static final Duration SETTLING = Duration.ofMillis(100);

    /** Longer than any flush of a slow disk. */
    private static final Duration LAST_FLUSH = Duration.ofSeconds(5);

    /** What has come of it. */
    record Report(
            long seed,
            Set<Fault> faults,
            int machines,
            int happened,
            int writes,
            Duration converged,
            Duration lasted,
            long events,
            String hash) {
        @Override
        public String toString() {
            return String.format(
                    "seed %d: %d machines, %d faults of %s, %d writes, converged in %.1f s, %.0f s in all, %d events, hash %s",
                    seed,
                    machines,
                    happened,
                    faults,
                    writes,
                    converged.toMillis() / 1e3,
                    lasted.toMillis() / 1e3,
                    events,
                    hash.substring(0, 16));
        }
    }

    private final long seed;
    private final Settings settings;
    private final Set<Fault> mix;

    Scenario(long seed) {
        Random random = new Random(new SplittableRandom(seed).nextLong());
        this.seed = seed;
        this.settings = settings(seed, random);
        this.mix = Fault.mix(random);
    }

    private static Settings settings(long seed, Random random) {
        int machines = random.nextInt(10) == 0 ? 18 : 2 + random.nextInt(5);
        int regions = 1 + random.nextInt(3);
        Duration active = Duration.ofSeconds(15 + random.nextInt(30));
        Duration pause = Duration.ofMillis((100L + random.nextInt(400)) * Math.max(1, machines / 4));
        Duration retention = Duration.ofSeconds(10 + random.nextInt(50));
        Duration syncInterval = Duration.ofMillis(1000L + random.nextInt(4000));
        return new Settings(
                machines,
                regions,
                active,
                pause,
                retention,
                syncInterval,
                syncInterval.multipliedBy(2),
                random.nextInt(3) == 0 ? 20 : Long.MAX_VALUE - 1,
                0,
                seed % 4 == 3
                        ? CorrosionOptions.LEAST_MAX_BYTES_PER_SECOND
                        : CorrosionOptions.DEFAULT_MAX_BYTES_PER_SECOND,
                0);
    }

    Report run(Path directory, @Nullable Consumer<String> trace) {
        return run(directory, Sabotage.NONE, trace);
    }

    Report run(Path directory, Sabotage sabotage, @Nullable Consumer<String> trace) {
        World world = new World(seed, settings, directory, sabotage, trace);
        try {
            return run(world);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + " with " + mix + ": " + e.getMessage(), e);
        } finally {
            world.close();
        }
    }

    private Report run(World world) {
        SubscriptionInvariant subscriptions = new SubscriptionInvariant(world);
        List.of(
                        new MembershipInvariant(world),
                        new LedgerInvariant(),
                        new RowsInvariant(),
                        new OriginInvariant(),
                        subscriptions,
                        new LimitsInvariant(settings.maxBytesPerSecond()))
                .forEach(world::watch);
        Faults faults = new Faults(world, mix);
        Workload workload = new Workload(world);
        world.machines.forEach(machine -> world.time.in(Duration.ofMillis(200L * machine.number), machine::start));
        world.run(FORMING);
        workload.start();
        faults.start();
        world.run(settings.active());
        workload.stop();
        faults.heal();
        new Operator(world).start();
        world.sabotage().healed(world);
        long healed = world.time.now();
        Agreement agreement = new Agreement(world);
        if (!world.runUntil(agreement::isReached, CONVERGENCE)) {
            throw new AssertionError("no agreement within " + CONVERGENCE + ": " + agreement.lack());
        }
        Duration converged = Duration.ofNanos(world.time.now() - healed);
        world.run(SETTLING);
        // What is told durably is on the disk first, and that may have begun to flush when it was slow.
        world.runUntil(subscriptions::isLevel, LAST_FLUSH);
        world.sabotage().agreed(world);
        List.of(
                        new SameRows(World.KEYS),
                        new SameClocks(),
                        new NothingLost(),
                        new Convergence(converged),
                        new NothingRises(World.KEYS),
                        new NothingLeft(),
                        new NothingDiverged(),
                        subscriptions)
                .forEach(validation -> validation.check(world));
        return new Report(
                seed,
                mix,
                world.machines.size(),
                faults.happened(),
                world.history.all().size(),
                converged,
                Duration.ofNanos(world.time.now()),
                world.log.events(),
                world.log.hash());
    }
}
