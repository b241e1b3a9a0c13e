package dev.corrosion.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Makes things go wrong, again and again, until it is told to stop and to put everything right. */
final class Faults {

    private static final int MAX_MACHINES = 12;

    private final World world;
    private final Random random;
    private final List<Fault> mix;
    private final Map<Machine, List<Machine.Backup>> backups = new HashMap<>();
    private boolean stopped;
    private int happened;

    Faults(World world, Set<Fault> mix) {
        this.world = world;
        this.random = new Random(world.random.nextLong());
        this.mix = List.copyOf(mix);
    }

    int happened() {
        return happened;
    }

    void start() {
        double loss = mix.contains(Fault.LOSS) ? random.nextDouble() * 0.3 : 0;
        double duplicates = mix.contains(Fault.DUPLICATION) ? random.nextDouble() * 0.3 : 0;
        Duration jitter = mix.contains(Fault.REORDERING) ? upTo(Duration.ofMillis(200)) : null;
        world.links.everywhere(link -> {
            Link worse = link;
            if (loss > 0) {
                worse = worse.lossy(loss);
            }
            if (duplicates > 0) {
                worse = worse.duplicating(duplicates);
            }
            return jitter == null ? worse : worse.jittery(jitter);
        });
        if (mix.contains(Fault.CLOCK_SKEW)) {
            world.machines.forEach(this::skew);
        }
        next();
    }

    /** Nothing goes wrong any more, and everybody is there. */
    void heal() {
        stopped = true;
        world.links.heal();
        for (Machine machine : world.machines) {
            machine.diskFull = false;
            machine.flushTime = Duration.ofMillis(2);
            machine.heldUpUntil = 0;
            if (machine.isLeaving()) {
                machine.crash(1);
            }
            machine.start();
        }
    }

    private void next() {
        world.time.in(Duration.ofMillis(300).plus(upTo(Duration.ofSeconds(4))), () -> {
            if (!stopped) {
                happen(mix.get(random.nextInt(mix.size())));
                next();
            }
        });
    }

    private void happen(Fault fault) {
        happened++;
        Machine machine = any();
        world.log.note(fault + " " + machine);
        switch (fault) {
            case LOSS, DUPLICATION, REORDERING -> {}
            case PARTITION -> partition();
            case ONE_WAY_PARTITION -> change(Link::broken);
            case CLOGGED_LINK -> change(link -> link.clogged(50));
            case CLOCK_SKEW -> skew(machine);
            case POWER_FAILURE -> down(machine, random.nextDouble(), upTo(Duration.ofSeconds(8)));
            case PROCESS_CRASH -> down(machine, 1, upTo(Duration.ofSeconds(8)));
            case RESTART -> {
                machine.leave();
                later(upTo(Duration.ofSeconds(8)), machine::start);
            }
            case LONG_ABSENCE -> down(machine, 1, world.settings().retention().multipliedBy(2));
            case SLOW_DISK -> {
                machine.flushTime = upTo(Duration.ofSeconds(2));
                later(upTo(Duration.ofSeconds(6)), () -> machine.flushTime = Duration.ofMillis(2));
            }
            case FULL_DISK -> {
                machine.diskFull = true;
                later(upTo(Duration.ofSeconds(4)), () -> machine.diskFull = false);
            }
            case PAUSE ->
                machine.heldUpUntil =
                        world.time.now() + upTo(Duration.ofSeconds(10)).toNanos();
            case JOIN -> {
                if (world.machines.size() < MAX_MACHINES) {
                    world.add().start();
                }
            }
            case OLD_COPY -> oldCopy(machine);
            case EMPTY_DISK -> {
                machine.crash(1);
                world.history.diskLost(machine);
                machine.wipe();
                later(upTo(Duration.ofSeconds(8)), machine::start);
            }
        }
    }

    private void oldCopy(Machine machine) {
        machine.crash(1);
        List<Machine.Backup> backup = backups.get(machine);
        if (backup == null) {
            backups.put(machine, machine.backUp());
        } else {
            world.history.diskLost(machine);
            machine.restore(backup);
        }
        later(upTo(Duration.ofSeconds(3)), machine::start);
    }

    private void down(Machine machine, double kept, Duration duration) {
        machine.crash(kept);
        later(duration, machine::start);
    }

    private void skew(Machine machine) {
        machine.skew = Duration.ofSeconds(random.nextInt(7200) - 3600);
    }

    /** Some of the machines do not reach the others, nor these them. */
    private void partition() {
        List<Machine> here = new ArrayList<>();
        List<Machine> there = new ArrayList<>();
        for (Machine machine : world.machines) {
            (random.nextBoolean() ? here : there).add(machine);
        }
        for (Machine one : here) {
            for (Machine other : there) {
                change(one, other, Link::broken);
                change(other, one, Link::broken);
            }
        }
        later(upTo(Duration.ofSeconds(20)), world.links::healLinks);
    }

    private void change(UnaryOperator<Link> change) {
        Machine from = any();
        Machine to = any();
        change(from, to, change);
        later(
                upTo(Duration.ofSeconds(20)),
                () -> change(from, to, link -> world.links.healthy(from.address, to.address)));
    }

    private void change(Machine from, Machine to, UnaryOperator<Link> change) {
        world.links.change(from.address, to.address, change);
    }

    private void later(Duration delay, Runnable task) {
        world.time.in(delay, () -> {
            if (!stopped) {
                task.run();
            }
        });
    }

    private Machine any() {
        return world.machines.get(random.nextInt(world.machines.size()));
    }

    private Duration upTo(Duration longest) {
        return Duration.ofNanos(1 + random.nextLong(longest.toNanos()));
    }
}
