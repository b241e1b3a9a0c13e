package dev.corrosion.benchmarks;

import java.util.List;

/**
 * What to simulate.
 *
 * @param nodes how many
 * @param regions 19, 40 or a file
 * @param loss probability that a message is lost
 * @param crashes nodes that die during the run
 * @param restarts nodes that die during the run and come back
 * @param seed of everything random
 * @param changes how many are committed, each by another node
 * @param radius if 0 or more, no node has a region, and they find some of this radius in milliseconds, or with 0 none
 */
record SimulateOptions(
        int nodes, String regions, double loss, int crashes, int restarts, long seed, int changes, long radius) {

    private static final long LABELLED = -1;

    static final String HELP = """
            simulate: how changes spread in a cluster across the world. The machine of dissemination that nodes run, in
            virtual time; every node commits one change, 200 a second altogether. Membership is not simulated: a crash
            or a restart is noticed by each node 2 to 8 s later.

              --nodes N        how many (default 2000)
              --regions R      19, 40, or a file with lines of name,latitude,longitude,weight (default 19)
              --loss P         probability that a message is lost (default 0)
              --crashes C      nodes that die during the run (default 0)
              --restarts R     nodes that die during the run and come back (default 0)
              --seed S         default 42
              --changes M      how many nodes commit their change (default all); fewer make a shorter run
              --radius MS      no region is configured: the nodes first find some by their round trips, for 15 minutes,
                               within this radius (nodes take 5); with 0 they find none (default: all configured)
            """;

    SimulateOptions {
        if (nodes < 2 || nodes > 65_000) {
            throw new UsageException("--nodes must be from 2 to 65000");
        }
        if (loss < 0 || loss >= 1) {
            throw new UsageException("--loss must be at least 0 and less than 1");
        }
        if (changes < 1 || changes > nodes) {
            throw new UsageException("--changes must be from 1 to the number of nodes");
        }
        if (radius < LABELLED || radius > 1000) {
            throw new UsageException("--radius must be from 0 to 1000 ms");
        }
        if (crashes < 0 || restarts < 0 || crashes + restarts >= nodes) {
            throw new UsageException("--crashes and --restarts must leave a node");
        }
    }

    static SimulateOptions parse(List<String> arguments) {
        return Arguments.parse(arguments, given -> {
            int nodes = given.number("--nodes", 2000);
            return new SimulateOptions(
                    nodes,
                    given.value("--regions", "19", regions -> regions),
                    given.decimal("--loss", 0),
                    given.number("--crashes", 0),
                    given.number("--restarts", 0),
                    given.longNumber("--seed", 42),
                    given.number("--changes", nodes),
                    given.longNumber("--radius", LABELLED));
        });
    }
}
