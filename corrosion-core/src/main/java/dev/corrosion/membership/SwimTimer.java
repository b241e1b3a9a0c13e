package dev.corrosion.membership;

import dev.corrosion.ActorId;
import java.net.InetSocketAddress;

/** Timers are values; one that no longer fits the state is ignored when it fires. */
public sealed interface SwimTimer {

    /** Time to probe the next member. */
    record ProbePeriod() implements SwimTimer {}

    /** The direct answer is late. */
    record ProbeTimeout(long probe) implements SwimTimer {}

    /** A ping on behalf of somebody else is not answered. */
    record RelayTimeout(long relay) implements SwimTimer {}

    /** A suspect has not refuted until its time was up. */
    record Suspicion(ActorId member, long due) implements SwimTimer {}

    /** Time to send news. */
    record GossipPeriod() implements SwimTimer {}

    /** Time to exchange views. */
    record PushPullPeriod() implements SwimTimer {}

    /** Time to look for a region. */
    record RegionPeriod() implements SwimTimer {}

    /** Time to try the seeds again. */
    record SeedRetry() implements SwimTimer {}

    /** Whoever claims our identity at this address has not answered. */
    record ClaimTimeout(InetSocketAddress address, long incarnation) implements SwimTimer {}
}
