package dev.corrosion.benchmarks;

import java.io.PrintStream;
import java.util.List;

/** The command line. */
public final class Benchmarks {

    private static final String HELP =
            """
            usage: java -jar benchmarks.jar store|simulate|propagation|subscriptions|discovery|rolling [options]

            Prints "name: value" lines: what was measured, and at the end a line for each target.

            """ + StoreOptions.HELP + "\n" + SimulateOptions.HELP + "\n" + PropagationOptions.HELP + "\n"
                    + SubscriptionOptions.HELP + "\n" + DiscoveryBenchmarkOptions.HELP + "\n"
                    + RollingOptions.HELP;

    private Benchmarks() {}

    public static void main(String[] arguments) throws Exception {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    /** The exit status: 0, 1 if something could not be measured, or 2 if the arguments are wrong. */
    static int run(List<String> arguments, PrintStream out, PrintStream err) throws Exception {
        if (arguments.isEmpty() || arguments.contains("--help") || arguments.contains("-h")) {
            out.print(HELP);
            return 0;
        }
        try {
            List<String> options = arguments.subList(1, arguments.size());
            Report report = new Report(out);
            switch (arguments.get(0)) {
                case "store" -> new StoreBenchmark(StoreOptions.parse(options), report).run();
                case "propagation" -> new PropagationBenchmark(PropagationOptions.parse(options), report).run();
                case PropagationNode.COMMAND -> PropagationNode.run(options);
                case "simulate" -> new SimulateBenchmark(SimulateOptions.parse(options), report).run();
                case "subscriptions" -> new SubscriptionBenchmark(SubscriptionOptions.parse(options), report).run();
                case "discovery" -> new DiscoveryBenchmark(DiscoveryBenchmarkOptions.parse(options), report).run();
                case DiscoveryNode.COMMAND -> DiscoveryNode.run(options);
                case "rolling" -> new RollingBenchmark(RollingOptions.parse(options), report).run();
                case RollingServer.COMMAND -> RollingServer.run(options);
                case RollingCaller.COMMAND -> RollingCaller.run(options);
                default -> throw new UsageException("there is no benchmark " + arguments.get(0));
            }
            return 0;
        } catch (UsageException e) {
            err.println(e.getMessage() + "; --help tells what there is");
            return 2;
        } catch (BenchmarkException e) {
            err.println(e.getMessage());
            return 1;
        }
    }
}
