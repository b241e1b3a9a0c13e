package dev.corrosion.simulation;

import java.time.Duration;

/** The person who does what a node's problems ask for. */
final class Operator {

    private static final Duration ROUND = Duration.ofSeconds(2);

    private final World world;
    private int calls;

    Operator(World world) {
        this.world = world;
    }

    int calls() {
        return calls;
    }

    void start() {
        world.time.in(ROUND, () -> {
            world.running().forEach(this::look);
            start();
        });
    }

    private void look(NodeRun process) {
        for (String problem : process.node().status().problems()) {
            Machine machine = process.machine();
            world.log.note("operator: " + machine + " " + problem);
            if (problem.contains("Restart the application")) {
                calls++;
                machine.crash(1);
                machine.start();
                return;
            }
            if (problem.contains("Start it with an empty data directory")) {
                calls++;
                machine.crash(1);
                world.history.diskLost(machine);
                machine.wipe();
                machine.start();
                return;
            }
        }
    }
}
