package dev.corrosion.membership;

import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.SwimCodec;
import java.time.Duration;

/**
 * The knobs of the failure detector. Those that depend on the cluster's size are given for a small one; the methods say
 * how they grow. See docs/membership.md for what follows from them.
 *
 * @param probePeriod one member is probed each period, with up to 100 members; grows with log10 of the size
 * @param maxProbePeriod the longest that it grows to
 * @param probeTimeout how long a direct answer may take if the round trip is not known
 * @param probeSlack how long it may take beyond {@link #ROUND_TRIPS} round trips if that is known
 * @param maxProbeTimeout the longest that it may take, however far the member is
 * @param indirectProbes how many others are asked when there is no direct answer; one more from 10 000 members
 * @param maxHealthMultiplier by how much a node that doubts itself stretches its probes at most
 * @param minSuspicion how long a suspect has to refute at least
 * @param suspicionMultiplier how many probe periods it has, times log10 of the size
 * @param suspicionStretch by how much longer it has while nobody confirms the suspicion
 * @param confirmations how many others must have probed it in vain for the shortest time to hold
 * @param retransmitMultiplier how often news is passed on, times log10 of the size
 * @param gossipPeriod how often news is sent unasked while there is any
 * @param gossipFanout to how many members at a time; one more from 10 000 members
 * @param pushPullPeriod how often views are compared with one member, and a lost one is sought; grows with log2 of the
 *     size beyond 64
 * @param retention how long a member that is gone is remembered
 * @param maxPacketBytes size of a datagram
 */
public record SwimConfig(
        Duration probePeriod,
        Duration maxProbePeriod,
        Duration probeTimeout,
        Duration probeSlack,
        Duration maxProbeTimeout,
        int indirectProbes,
        int maxHealthMultiplier,
        Duration minSuspicion,
        int suspicionMultiplier,
        int suspicionStretch,
        int confirmations,
        int retransmitMultiplier,
        Duration gossipPeriod,
        int gossipFanout,
        Duration pushPullPeriod,
        Duration retention,
        int maxPacketBytes) {

    /** A direct answer may take so many round trips: opening a link takes two, the ping one. */
    public static final int ROUND_TRIPS = 3;

    /** Size from which a few members cannot be seen as the cluster any more, and one more is asked and told. */
    private static final int LARGE = 10_000;

    /** The largest sender with the largest rumor of one. */
    private static final int MIN_PACKET_BYTES =
            SwimCodec.MAX_PACKET_OVERHEAD + 2 * (MemberRecord.MAX_NAME_BYTES + Member.MAX_REGION_BYTES + 80);

    public SwimConfig {
        requireOrder(Duration.ofNanos(1), probePeriod, maxProbePeriod, "probe period");
        requireOrder(Duration.ofNanos(1), probeSlack, maxProbeTimeout, "probe slack");
        requireOrder(Duration.ofNanos(1), probeTimeout, maxProbeTimeout, "probe timeout");
        requirePositive(minSuspicion, "shortest suspicion");
        requirePositive(gossipPeriod, "gossip period");
        requirePositive(pushPullPeriod, "period of comparing views");
        requirePositive(retention, "retention of members that are gone");
        requireAtLeast(0, indirectProbes, "number of indirect probes");
        requireAtLeast(1, maxHealthMultiplier, "health multiplier");
        requireAtLeast(1, suspicionMultiplier, "suspicion multiplier");
        requireAtLeast(1, suspicionStretch, "stretch of a suspicion");
        requireAtLeast(0, confirmations, "number of confirmations");
        requireAtLeast(1, retransmitMultiplier, "retransmit multiplier");
        requireAtLeast(1, gossipFanout, "gossip fanout");
        requireAtLeast(MIN_PACKET_BYTES, maxPacketBytes, "size of a packet");
    }

    /** Good from two nodes to some ten thousand, on one machine or across oceans. */
    public static SwimConfig defaults(int maxPacketBytes) {
        return new SwimConfig(
                Duration.ofMillis(300),
                Duration.ofSeconds(1),
                Duration.ofMillis(300),
                Duration.ofMillis(50),
                Duration.ofMillis(1500),
                3,
                8,
                Duration.ofMillis(2500),
                4,
                6,
                3,
                4,
                Duration.ofMillis(100),
                3,
                Duration.ofSeconds(15),
                Duration.ofHours(24),
                maxPacketBytes);
    }

    /** {@code probePeriod * (log10(n) - 1)}, in nanoseconds, between the configured ends. */
    long probePeriodNanos(int members) {
        double grown = probePeriod.toNanos() * Math.max(1, log10(members) - 1);
        return Math.min((long) grown, maxProbePeriod.toNanos());
    }

    /** {@code slack + 3 * roundTrip}, in nanoseconds, up to the longest; a negative round trip is not known. */
    long probeTimeoutNanos(long roundTripNanos) {
        return roundTripNanos < 0
                ? probeTimeout.toNanos()
                : Math.min(probeSlack.toNanos() + ROUND_TRIPS * roundTripNanos, maxProbeTimeout.toNanos());
    }

    int indirectProbes(int members) {
        return indirectProbes + (members >= LARGE ? 1 : 0);
    }

    int gossipFanout(int members) {
        return gossipFanout + (members >= LARGE ? 1 : 0);
    }

    /** The time that a suspect has once the suspicion is confirmed: {@code multiplier * log10(n) * probePeriod(n)}. */
    long suspicionNanos(int members) {
        double time = suspicionMultiplier * Math.max(1, log10(members)) * probePeriodNanos(members);
        return Math.max((long) time, minSuspicion.toNanos());
    }

    /** How often one piece of news is sent: {@code multiplier * ceil(log10(n + 1))}. */
    int transmissions(int members) {
        return retransmitMultiplier * (int) Math.max(1, Math.ceil(log10(members + 1)));
    }

    /** {@code pushPullPeriod * (log2(n) - 5)} from 64 members. */
    long pushPullNanos(int members) {
        double log2 = log10(members) / log10(2);
        return (long) (pushPullPeriod.toNanos() * Math.max(1, log2 - 5));
    }

    private static double log10(int members) {
        return Math.log10(Math.max(1, members));
    }

    private static void requirePositive(Duration duration, String what) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("the " + what + " must be positive: " + duration);
        }
    }

    private static void requireOrder(Duration least, Duration value, Duration most, String what) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "the " + what + " must be from " + least + " to " + most + ", not " + value);
        }
    }

    private static void requireAtLeast(int least, int value, String what) {
        if (value < least) {
            throw new IllegalArgumentException("the " + what + " must be at least " + least + ", not " + value);
        }
    }
}
