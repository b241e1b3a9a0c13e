package dev.corrosion.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What to measure of stops and deaths under load.
 *
 * @param callers how is called
 * @param rate calls per second
 * @param servers processes that serve
 * @param restarts processes that are stopped by SIGTERM and started again, one after the other, for each kind of caller
 * @param kills processes that are killed and started again, for each kind of caller, without retry and again with it
 * @param steadySeconds how long the callers call before anything happens
 * @param jvm options of the processes' Java virtual machines
 */
record RollingOptions(
        List<RollingClient.Kind> callers,
        int rate,
        int servers,
        int restarts,
        int kills,
        int steadySeconds,
        List<String> jvm) {

    private static final int MAX = 10_000;
    private static final int MAX_SERVERS = 20;

    static final RollingOptions DEFAULTS = new RollingOptions(
            List.of(RollingClient.Kind.values()), 500, 3, 3, 1, 10, List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));

    static final String HELP = String.format(
            Locale.ROOT,
            """
            rolling: what a restart and a death of a server cost those that call it. Starts web applications with
            corrosion-discovery, and applications that call them through Spring Cloud LoadBalancer, in processes of their own.

              --callers KINDS  %s, separated by commas (default all)
              --rate R         calls per second, by a schedule that waits for no answer (default %d)
              --servers N      processes that serve, in turn with Tomcat and with Reactor Netty (default %d)
              --restarts K     processes that are stopped by SIGTERM and started again (default %d)
              --kills K        processes that are killed by SIGKILL and started again (default %d)
              --steady S       seconds of calls before anything happens (default %d)
              --jvm OPTIONS    options of the processes' Java, separated by blanks (default %s)

            An answer takes a server 20 ms. restart: POST requests that failed while one server after the other was stopped
            and started again. The others are GET. kill.after-detection: calls that failed although they were begun after the caller's DiscoveryClient had dropped
            the dead instance. retry: calls that failed in spite of spring.cloud.loadbalancer.retry.enabled=true while a
            server was killed. Latencies are those of answered calls, from the moment at which the schedule wanted the call.
            """,
            RollingClient.Kind.names(),
            DEFAULTS.rate,
            DEFAULTS.servers,
            DEFAULTS.restarts,
            DEFAULTS.kills,
            DEFAULTS.steadySeconds,
            String.join(" ", DEFAULTS.jvm));

    RollingOptions {
        if (callers.isEmpty()) {
            throw new UsageException("--callers must name at least one of " + RollingClient.Kind.names());
        }
        Arguments.requireBetween("--rate", rate, 1, MAX);
        Arguments.requireBetween("--servers", servers, 2, MAX_SERVERS);
        Arguments.requireBetween("--restarts", restarts, 0, MAX);
        Arguments.requireBetween("--kills", kills, 0, MAX);
        Arguments.requireBetween("--steady", steadySeconds, 1, MAX);
        callers = List.copyOf(callers);
        jvm = List.copyOf(jvm);
    }

    static RollingOptions parse(List<String> arguments) {
        return Arguments.parse(
                arguments,
                given -> new RollingOptions(
                        given.value("--callers", DEFAULTS.callers, RollingClient.Kind::parse),
                        given.number("--rate", DEFAULTS.rate),
                        given.number("--servers", DEFAULTS.servers),
                        given.number("--restarts", DEFAULTS.restarts),
                        given.number("--kills", DEFAULTS.kills),
                        given.number("--steady", DEFAULTS.steadySeconds),
                        given.words("--jvm", DEFAULTS.jvm)));
    }
}
