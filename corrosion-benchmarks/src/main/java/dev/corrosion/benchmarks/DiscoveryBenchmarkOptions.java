package dev.corrosion.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What to measure of discovery.
 *
 * @param nodes how many processes
 * @param rounds registrations, and stops, that are measured
 * @param kills processes that are killed, one after the other
 * @param instances in the catalogue, of all nodes together, for lookups and for the idle time
 * @param idleSeconds how long nothing happens while writes are counted
 * @param jvm options of the nodes' Java virtual machines
 */
record DiscoveryBenchmarkOptions(int nodes, int rounds, int kills, int instances, int idleSeconds, List<String> jvm) {

    private static final int MAX = 100_000;
    private static final int MAX_NODES = 50;

    static final DiscoveryBenchmarkOptions DEFAULTS =
            new DiscoveryBenchmarkOptions(5, 200, 20, 10_000, 30, List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));

    static final String HELP = String.format(
            Locale.ROOT,
            """
            discovery: how soon an instance is found and how soon it is gone, and what a catalogue costs. Starts Spring
            Boot applications with corrosion-discovery in processes of their own, on loopback.

              --nodes N        how many processes (default %d)
              --rounds R       registrations and stops (default %d)
              --kills K        processes that are killed and started again, one after the other (default %d)
              --instances I    instances in the catalogue, of 100 services (default %d)
              --idle S         seconds without anything while writes are counted (default %d)
              --jvm OPTIONS    options of the nodes' Java, separated by blanks (default %s)

            registration-to-visible: from the call of ServiceRegistry.register until DiscoveryClient answers with the instance
            on each other node. stop-to-invisible: the same for deregister, which is what a stop begins with.
            kill-to-invisible: from kill -9. lookup: getInstances, by one thread that asks for each service in turn, with
            Spring's SimpleDiscoveryClient for comparison. All processes read one clock, System.nanoTime.
            """,
            DEFAULTS.nodes,
            DEFAULTS.rounds,
            DEFAULTS.kills,
            DEFAULTS.instances,
            DEFAULTS.idleSeconds,
            String.join(" ", DEFAULTS.jvm));

    DiscoveryBenchmarkOptions {
        require("--nodes", nodes, 2, MAX_NODES);
        require("--rounds", rounds, 1, MAX);
        require("--kills", kills, 0, MAX);
        require("--instances", instances, nodes, MAX);
        require("--idle", idleSeconds, 1, MAX);
        jvm = List.copyOf(jvm);
    }

    private static void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new UsageException(option + " must be from " + least + " to " + most);
        }
    }

    static DiscoveryBenchmarkOptions parse(List<String> arguments) {
        int nodes = DEFAULTS.nodes;
        int rounds = DEFAULTS.rounds;
        int kills = DEFAULTS.kills;
        int instances = DEFAULTS.instances;
        int idle = DEFAULTS.idleSeconds;
        List<String> jvm = DEFAULTS.jvm;
        for (int i = 0; i < arguments.size(); i += 2) {
            String option = arguments.get(i);
            if (i + 1 == arguments.size()) {
                throw new UsageException(option + " needs a value");
            }
            String value = arguments.get(i + 1);
            try {
                switch (option) {
                    case "--nodes" -> nodes = Integer.parseInt(value);
                    case "--rounds" -> rounds = Integer.parseInt(value);
                    case "--kills" -> kills = Integer.parseInt(value);
                    case "--instances" -> instances = Integer.parseInt(value);
                    case "--idle" -> idle = Integer.parseInt(value);
                    case "--jvm" ->
                        jvm = value.isBlank() ? List.of() : List.of(value.trim().split("\\s+"));
                    default -> throw new UsageException("there is no option " + option);
                }
            } catch (NumberFormatException e) {
                throw new UsageException(option + " needs a number, not " + value, e);
            }
        }
        return new DiscoveryBenchmarkOptions(nodes, rounds, kills, instances, idle, jvm);
    }
}
