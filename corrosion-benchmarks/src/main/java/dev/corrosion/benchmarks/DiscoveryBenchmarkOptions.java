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
        Arguments.requireBetween("--nodes", nodes, 2, MAX_NODES);
        Arguments.requireBetween("--rounds", rounds, 1, MAX);
        Arguments.requireBetween("--kills", kills, 0, MAX);
        Arguments.requireBetween("--instances", instances, nodes, MAX);
        Arguments.requireBetween("--idle", idleSeconds, 1, MAX);
        jvm = List.copyOf(jvm);
    }

    static DiscoveryBenchmarkOptions parse(List<String> arguments) {
        return Arguments.parse(
                arguments,
                given -> new DiscoveryBenchmarkOptions(
                        given.number("--nodes", DEFAULTS.nodes),
                        given.number("--rounds", DEFAULTS.rounds),
                        given.number("--kills", DEFAULTS.kills),
                        given.number("--instances", DEFAULTS.instances),
                        given.number("--idle", DEFAULTS.idleSeconds),
                        given.words("--jvm", DEFAULTS.jvm)));
    }
}
