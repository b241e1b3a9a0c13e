package dev.corrosion.membership;

import dev.corrosion.ActorId;
import java.net.InetSocketAddress;

/** Timers are values; one that no longer fits the state is ignored when it fires. */
public sealed interface SwimTimer {

    /** Time to probe the next member. */
    record ProbePeriod() implements SwimTimer {}

    /** The direct answer is late. */
    record ProbeTimeout(long probe) implements SwimTimer {}

    /** A suspect has not refuted. */
    record Suspicion(ActorId member, long incarnation) implements SwimTimer {}

    /** Time to send news. */
    record GossipPeriod() implements SwimTimer {}

    /** Time to exchange views. */
    record PushPullPeriod() implements SwimTimer {}

    /** Time to try the seeds again. */
    record SeedRetry() implements SwimTimer {}

    /** Whoever claims our identity at this address has not answered. */
    record ClaimTimeout(InetSocketAddress address, long incarnation) implements SwimTimer {}
}
