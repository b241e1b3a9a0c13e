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

    static SubscriptionOptions parse(List<String> arguments) {
        int rows = 100_000;
        List<Integer> counts = List.of(1, 1000, 10_000);
        int writes = 2000;
        int rounds = 60;
        for (int i = 0; i < arguments.size(); i += 2) {
            String option = arguments.get(i);
            if (i + 1 == arguments.size()) {
                throw new UsageException(option + " needs a value");
            }
            String value = arguments.get(i + 1);
            try {
                switch (option) {
                    case "--rows" -> rows = Integer.parseInt(value);
                    case "--counts" ->
                        counts = Arrays.stream(value.split(","))
                                .map(Integer::valueOf)
                                .toList();
                    case "--writes" -> writes = Integer.parseInt(value);
                    case "--rounds" -> rounds = Integer.parseInt(value);
                    default -> throw new UsageException("there is no option " + option);
                }
            } catch (NumberFormatException e) {
                throw new UsageException(option + " needs numbers, not " + value, e);
            }
        }
        if (rows < 1 || writes < 1 || counts.stream().anyMatch(count -> count < 1 || count > MAX_SUBSCRIPTIONS)) {
            throw new UsageException("--rows and --writes must be at least 1, --counts from 1 to " + MAX_SUBSCRIPTIONS);
        }
        if (rounds < 1 || rounds > MAX_ROUNDS) {
            throw new UsageException("--rounds must be from 1 to " + MAX_ROUNDS);
        }
        return new SubscriptionOptions(rows, counts, writes, rounds);
    }
}
