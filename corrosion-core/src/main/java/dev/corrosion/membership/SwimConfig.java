package dev.corrosion.membership;

import dev.corrosion.Member;
import dev.corrosion.MembershipOptions;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.SwimCodec;

/**
 * The knobs of the failure detector, and how those that depend on the cluster's size grow with it. See docs/membership.md
 * for what follows from them.
 *
 * @param maxPacketBytes size of a datagram
 */
public record SwimConfig(MembershipOptions options, int maxPacketBytes) {

    /** A direct answer may take so many round trips: opening a link takes two, the ping one. */
    public static final int ROUND_TRIPS = 3;

    /** Size from which a few members cannot be seen as the cluster any more, and one more is asked and told. */
    private static final int LARGE = 10_000;

    /** The largest sender with the largest rumor of one. */
    private static final int MIN_PACKET_BYTES =
            SwimCodec.MAX_PACKET_OVERHEAD + 2 * (MemberRecord.MAX_NAME_BYTES + Member.MAX_REGION_BYTES + 80);

    public SwimConfig {
        if (maxPacketBytes < MIN_PACKET_BYTES) {
            throw new IllegalArgumentException(
                    "a packet must have at least " + MIN_PACKET_BYTES + " bytes, not " + maxPacketBytes);
        }
    }

    /** With the defaults of all options. */
    public static SwimConfig defaults(int maxPacketBytes) {
        return new SwimConfig(MembershipOptions.DEFAULT, maxPacketBytes);
    }

    /** {@code probeInterval * (log10(n) - 1)}, in nanoseconds, between the configured ends; small clusters have their own. */
    long probePeriodNanos(int members) {
        if (members <= MembershipOptions.SMALL) {
            return options.smallProbeInterval().toNanos();
        }
        double grown = options.probeInterval().toNanos() * Math.max(1, log10(members) - 1);
        return Math.min((long) grown, options.maxProbeInterval().toNanos());
    }

    /** {@code slack + 3 * roundTrip}, in nanoseconds, up to the longest; a negative round trip is not known. */
    long probeTimeoutNanos(long roundTripNanos) {
        return roundTripNanos < 0
                ? options.probeTimeout().toNanos()
                : Math.min(
                        options.probeSlack().toNanos() + ROUND_TRIPS * roundTripNanos,
                        options.maxProbeTimeout().toNanos());
    }

    int indirectProbes(int members) {
        return options.indirectProbes() + (members >= LARGE ? 1 : 0);
    }

    int gossipFanout(int members) {
        return options.gossipFanout() + (members >= LARGE ? 1 : 0);
    }

    /** The time that a suspect has once the suspicion is confirmed: {@code multiplier * log10(n) * probeInterval(n)}. */
    long suspicionNanos(int members) {
        double time = options.suspicionMultiplier() * Math.max(1, log10(members)) * probePeriodNanos(members);
        return Math.max((long) time, options.minSuspicion().toNanos());
    }

    /** How often one piece of news is sent: {@code multiplier * ceil(log10(n + 1))}. */
    int transmissions(int members) {
        return options.retransmitMultiplier() * (int) Math.max(1, Math.ceil(log10(members + 1)));
    }

    /** {@code compareInterval * (log2(n) - 5)} from 64 members. */
    long pushPullNanos(int members) {
        double log2 = log10(members) / log10(2);
        return (long) (options.compareInterval().toNanos() * Math.max(1, log2 - 5));
    }

    private static double log10(int members) {
        return Math.log10(Math.max(1, members));
    }
}
