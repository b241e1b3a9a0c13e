package dev.corrosion.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * What to measure of subscriptions.
 *
 * @param rows rows of the table
 * @param counts how many subscriptions there are, one measurement after the other
 * @param writes writes of each kind that subscriptions are about
 * @param rounds for each pair of nodes, blocks ABBA of writes that no subscription is about
 */
record SubscriptionOptions(int rows, List<Integer> counts, int writes, int rounds) {

    /** The largest number of subscriptions, each to a service of its own. */
    static final int MAX_SUBSCRIPTIONS = 20_000;

    private static final int MAX_ROUNDS = 500;

    static final String HELP = """
            subscriptions: what it takes to keep queries up to date. One node with a table of services, and as many
            subscriptions to SELECT * FROM services WHERE service = ?, each with another service.

              --rows N         rows of the table (default 100000)
              --counts N,...   how many subscriptions (default 1,1000,10000)
              --writes N       writes of each kind that some subscription is about (default 2000)
              --rounds N       four blocks of 100 writes that none is about, for each of four pairs of nodes (default 60)

            commit-to-event: from the return of write() until a subscriber has the event; 0 if it has it before.
            durable: the same with durable subscriptions, whose events are on disk first.
            write-to-event: from the call. among-others: the same, each after 20 writes that no subscription is about.
            matchless: what such a write costs its caller, more than on a second node without any subscription; the two
            take turns. matchless.cpu: CPU time of the same, of all threads and by what they are for. In parentheses,
            where the median of such differences lies with 95 % confidence. pairs: the medians of each pair of nodes.
            control: the same before there are subscriptions; it shows what can be told. Where idle cores are slow to
            wake, as those of some virtual machines, keep them awake by a loop of the lowest priority on each
            (chrt -i 0).
            """;

    SubscriptionOptions {
        if (rows < 1 || writes < 1 || counts.stream().anyMatch(count -> count < 1 || count > MAX_SUBSCRIPTIONS)) {
            throw new UsageException("--rows and --writes must be at least 1, --counts from 1 to " + MAX_SUBSCRIPTIONS);
        }
        Arguments.requireBetween("--rounds", rounds, 1, MAX_ROUNDS);
        counts = List.copyOf(counts);
    }

    static SubscriptionOptions parse(List<String> arguments) {
        return Arguments.parse(
                arguments,
                given -> new SubscriptionOptions(
                        given.number("--rows", 100_000),
                        given.value("--counts", List.of(1, 1000, 10_000), SubscriptionOptions::numbers),
                        given.number("--writes", 2000),
                        given.number("--rounds", 60)));
    }

    private static List<Integer> numbers(String list) {
        return Arrays.stream(list.split(",", -1)).map(Integer::valueOf).toList();
    }
}
