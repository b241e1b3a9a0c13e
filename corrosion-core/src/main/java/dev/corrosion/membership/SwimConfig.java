package dev.corrosion.membership;

import java.time.Duration;

/**
 * The knobs of the failure detector.
 *
 * @param probePeriod one member is probed each period; shorter finds a crash sooner and costs datagrams
 * @param probeTimeout how long a direct answer may take before others are asked; must leave room in the period
 * @param indirectProbes how many others are asked
 * @param suspicionMultiplier how many periods a suspect has to refute, times log10 of the cluster's size
 * @param retransmitMultiplier how often news is passed on, times log10 of the cluster's size
 * @param gossipPeriod how often news is sent unasked while there is any
 * @param gossipFanout to how many members at a time
 * @param pushPullPeriod how often the whole view is exchanged with one member, and a lost one is sought
 * @param retention how long a member that is gone is remembered
 * @param maxPacketBytes size of a datagram
 */
public record SwimConfig(
        Duration probePeriod,
        Duration probeTimeout,
        int indirectProbes,
        int suspicionMultiplier,
        int retransmitMultiplier,
        Duration gossipPeriod,
        int gossipFanout,
        Duration pushPullPeriod,
        Duration retention,
        int maxPacketBytes) {

    /** Good for up to some hundred nodes with round trips below 100 ms. */
    public static SwimConfig defaults(int maxPacketBytes) {
        return new SwimConfig(
                Duration.ofMillis(500),
                Duration.ofMillis(200),
                3,
                4,
                4,
                Duration.ofMillis(100),
                3,
                Duration.ofSeconds(15),
                Duration.ofHours(24),
                maxPacketBytes);
    }

    /** The time that a suspect has, with so many members. */
    Duration suspicionTimeout(int members) {
        double scale = Math.max(1, Math.log10(Math.max(1, members)));
        return Duration.ofNanos((long) (probePeriod.toNanos() * suspicionMultiplier * scale));
    }

    /** How often one piece of news is sent, with so many members. */
    int transmissions(int members) {
        return retransmitMultiplier * (int) Math.ceil(Math.log10(members + 2));
    }
}
