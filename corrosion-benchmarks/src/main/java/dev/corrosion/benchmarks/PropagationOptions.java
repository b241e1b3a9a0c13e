package dev.corrosion.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What to measure of a cluster of processes.
 *
 * @param nodes how many processes
 * @param writes paced writes altogether
 * @param rate paced writes per second, of all nodes together
 * @param warmUpSeconds how long it is written at that rate before anything is measured
 * @param idleSeconds how long nothing is written while the CPU time is measured
 * @param saturationSeconds how long every node writes as fast as it can; 0 leaves this out
 * @param writers threads that write on each node meanwhile
 * @param jvm options of the nodes' Java virtual machines
 */
record PropagationOptions(
        int nodes,
        int writes,
        int rate,
        int warmUpSeconds,
        int idleSeconds,
        int saturationSeconds,
        int writers,
        List<String> jvm) {

    private static final int MAX_NODES = 100;
    private static final int MAX_WRITES = 1_000_000;
    private static final int MAX_RATE = 100_000;
    private static final int MAX_SECONDS = 3600;
    private static final int MAX_WRITERS = 100;

    static final PropagationOptions DEFAULTS =
            new PropagationOptions(5, 5000, 100, 10, 20, 5, 4, List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));

    static final String HELP = String.format(
            Locale.ROOT,
            """
            propagation: how soon a commit of one process is visible in the others, and what a node costs. Starts
            processes with files of their own that find each other over QUIC on loopback; one after the other measures
            writes at a steady rate, no writes, and writes as fast as can be.

              --nodes N        how many processes (default %d)
              --writes W       writes at a steady rate, in turn on all nodes (default %d)
              --rate R         how many of them a second (default %d)
              --warm-up S      seconds of such writes before (default %d)
              --idle S         seconds without writes (default %d)
              --saturation S   seconds of writes as fast as can be (default %d; 0 for none)
              --writers T      threads that write on each node meanwhile (default %d)
              --jvm OPTIONS    options of the nodes' Java, separated by blanks (default %s).
                               The second keeps the optimizing compilers of all processes from fighting for the cores,
                               which they do for minutes; they would make the nodes cheaper in the end

            A write is readable on another node once await() has returned there for its version, so that a query sees it,
            and pushed once a subscriber of live() has been given it; both are measured from the moment when write()
            has returned, "everywhere" until the last node has it. All processes read one clock, System.nanoTime.
            Temporary files go to java.io.tmpdir (-Djava.io.tmpdir=DIR): no commit is told to others before the disk
            there has it, so disk.flush is part of every latency.
            """,
            DEFAULTS.nodes,
            DEFAULTS.writes,
            DEFAULTS.rate,
            DEFAULTS.warmUpSeconds,
            DEFAULTS.idleSeconds,
            DEFAULTS.saturationSeconds,
            DEFAULTS.writers,
            String.join(" ", DEFAULTS.jvm));

    PropagationOptions {
        Arguments.requireBetween("--nodes", nodes, 2, MAX_NODES);
        Arguments.requireBetween("--writes", writes, nodes, MAX_WRITES);
        Arguments.requireBetween("--rate", rate, 1, MAX_RATE);
        Arguments.requireBetween("--warm-up", warmUpSeconds, 0, MAX_SECONDS);
        Arguments.requireBetween("--idle", idleSeconds, 1, MAX_SECONDS);
        Arguments.requireBetween("--saturation", saturationSeconds, 0, MAX_SECONDS);
        Arguments.requireBetween("--writers", writers, 1, MAX_WRITERS);
        jvm = List.copyOf(jvm);
    }

    static PropagationOptions parse(List<String> arguments) {
        return Arguments.parse(
                arguments,
                given -> new PropagationOptions(
                        given.number("--nodes", DEFAULTS.nodes),
                        given.number("--writes", DEFAULTS.writes),
                        given.number("--rate", DEFAULTS.rate),
                        given.number("--warm-up", DEFAULTS.warmUpSeconds),
                        given.number("--idle", DEFAULTS.idleSeconds),
                        given.number("--saturation", DEFAULTS.saturationSeconds),
                        given.number("--writers", DEFAULTS.writers),
                        given.words("--jvm", DEFAULTS.jvm)));
    }

    /** Writes of each node, the first ones taking one more where it does not come out even. */
    int writesOf(int node, int all) {
        return all / nodes + (node < all % nodes ? 1 : 0);
    }
}
