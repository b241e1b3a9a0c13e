package dev.corrosion.benchmarks;

import dev.corrosion.benchmarks.SubscriptionThreads.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import reactor.core.Disposable;

/**
 * What a write costs that no subscription is about. Of two nodes in this process, alike but for their subscriptions, now
 * one and now the other gets a short block of writes, one after the other, in the order ABBA or BAAB: what slows the
 * machine down for longer than a block slows both, and what grows evenly cancels out. Both get the same writes. Before
 * there are subscriptions the same is measured, which shows how far the method can be trusted; and all of that for
 * several pairs of nodes, since where the system happens to put their threads may stay for as long as a pair does; by
 * turns the one that is opened first and the other have the subscriptions.
 */
final class SubscriptionWriteCost {

    static final int PAIRS = 4;

    /** Writes of a block: some milliseconds. */
    private static final int BLOCK = 100;

    /** How long a block's consequences may take, which count as its CPU time. */
    private static final long SETTLING_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private static final int NANOS_PER_MICRO = 1000;

    private final SubscriptionOptions options;
    private final Path directory;
    private final int count;
    private final SubscriptionThreads threads = new SubscriptionThreads();

    /** What was found without and with subscriptions. */
    private final Findings control = new Findings();

    private final Findings findings = new Findings();

    private static final class Findings {
        private final SubscriptionDifference.Pairs wall = new SubscriptionDifference.Pairs();
        private final SubscriptionDifference.Pairs cpu = new SubscriptionDifference.Pairs();
        private final Map<Group, SubscriptionDifference.Pairs> byGroup = new EnumMap<>(Group.class);

        /** The medians of the pairs of nodes, and what the present one has shown. */
        private final List<String> ofPairs = new ArrayList<>();

        private SubscriptionDifference.Pairs ofPair = new SubscriptionDifference.Pairs();

        void endPair() {
            ofPairs.add(String.format(Locale.ROOT, "%.1f", ofPair.difference().median()));
            ofPair = new SubscriptionDifference.Pairs();
        }

        void add(Turns without, Turns with) {
            wall.add(without.micros(without.wall), with.micros(with.wall));
            ofPair.add(without.micros(without.wall), with.micros(with.wall));
            cpu.add(without.cpuMicros(), with.cpuMicros());
            for (Group group : Group.values()) {
                byGroup.computeIfAbsent(group, any -> new SubscriptionDifference.Pairs())
                        .add(without.cpuMicros(group), with.cpuMicros(group));
            }
        }

        void print(String name, Report report) {
            report.line(name, "%s", wall.difference());
            report.line(name + ".pairs", "%s us more", String.join(", ", ofPairs));
            report.line(name + ".cpu", "%s", cpu.difference());
            byGroup.forEach((group, pairs) -> report.line(name + ".cpu." + group.label(), "%s", pairs.difference()));
        }
    }

    /** What some blocks of one node took. */
    private static final class Turns {
        private final Map<Group, Long> cpu = new EnumMap<>(Group.class);
        private long wall;
        private int writes;

        double micros(long nanos) {
            return (double) nanos / NANOS_PER_MICRO / writes;
        }

        double cpuMicros() {
            return micros(cpu.values().stream().mapToLong(Long::longValue).sum());
        }

        double cpuMicros(Group group) {
            return micros(cpu.getOrDefault(group, 0L));
        }
    }

    /** @param directory for files that others remove */
    SubscriptionWriteCost(SubscriptionOptions options, Path directory, int count) {
        this.options = options;
        this.directory = directory;
        this.count = count;
    }

    void measure(String name, Report report) throws IOException, InterruptedException {
        for (int pair = 0; pair < PAIRS; pair++) {
            measure(pair % 2 == 1);
            control.endPair();
            findings.endPair();
        }
        control.print(name + ".control", report);
        findings.print(name, report);
        report.result(name, findings.wall.difference().median());
    }

    private void measure(boolean secondSubscribes) throws IOException, InterruptedException {
        try (SubscriptionNode first = open();
                SubscriptionNode second = open()) {
            SubscriptionNode with = secondSubscribes ? second : first;
            SubscriptionNode without = secondSubscribes ? first : second;
            Random random = new Random(1);
            compare(without, with, random, new Findings()); // until it is compiled
            compare(without, with, random, control);
            List<Disposable> subscriptions = with.subscribe(count, false, change -> {
                throw new BenchmarkException("a write was to concern nobody: " + change);
            });
            compare(without, with, random, new Findings());
            compare(without, with, random, findings);
            subscriptions.forEach(Disposable::dispose);
        }
    }

    private SubscriptionNode open() throws IOException {
        return new SubscriptionNode(Files.createTempDirectory(directory, "node"), options.rows());
    }

    private void compare(SubscriptionNode without, SubscriptionNode with, Random random, Findings findings) {
        for (int i = 0; i < options.rounds(); i++) {
            Turns a = new Turns();
            Turns b = new Turns();
            long seed = random.nextLong();
            long next = random.nextLong();
            if (i % 2 == 0) {
                block(without, seed, a);
                block(with, seed, b);
                block(with, next, b);
                block(without, next, a);
            } else {
                block(with, seed, b);
                block(without, seed, a);
                block(without, next, a);
                block(with, next, b);
            }
            findings.add(a, b);
        }
    }

    private void block(SubscriptionNode node, long seed, Turns turns) {
        Random random = new Random(seed);
        Map<Group, Long> cpu = threads.cpu();
        long began = System.nanoTime();
        for (int i = 0; i < BLOCK; i++) {
            node.writeBeyond(count, random);
        }
        turns.wall += System.nanoTime() - began;
        turns.writes += BLOCK;
        long end = System.nanoTime() + SETTLING_NANOS;
        for (long left = SETTLING_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        threads.cpu().forEach((group, then) -> turns.cpu.merge(group, then - cpu.getOrDefault(group, 0L), Long::sum));
    }
}
