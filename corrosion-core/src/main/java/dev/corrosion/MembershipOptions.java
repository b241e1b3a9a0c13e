package dev.corrosion;

import java.time.Duration;

/**
 * How members find out who is there: the parameters of SWIM with Lifeguard (Das et al., 2002; Dadgar et al., 2017). The
 * defaults are good from two nodes to some ten thousand, on one machine or across oceans; docs/membership.md says what
 * follows from each. Best the same on all nodes, but nothing breaks while they differ.
 *
 * @param smallProbeInterval between two probes, each of one member, in a cluster of at most {@link #SMALL}
 *     members
 * @param probeInterval the same in a larger one, up to 100 members; from there it grows with log10 of the size
 * @param maxProbeInterval the longest that it grows to
 * @param probeTimeout how long a direct answer may take if the round trip is not known
 * @param probeSlack how long it may take beyond three round trips if that is known
 * @param maxProbeTimeout the longest that it may take, however far the member is
 * @param indirectProbes how many others are asked when there is no direct answer; one more from 10 000 members
 * @param maxHealthMultiplier by how much a node that doubts itself stretches its probes at most
 * @param minSuspicion how long a suspect has to refute at least
 * @param suspicionMultiplier how many probe intervals it has, times log10 of the size
 * @param suspicionStretch by how much longer it has while nobody confirms the suspicion
 * @param confirmations how many others must have probed it in vain for the shortest time to hold
 * @param retransmitMultiplier how often news is passed on, times log10 of the size
 * @param gossipInterval how often news is sent unasked while there is any
 * @param gossipFanout to how many members at a time; one more from 10 000 members
 * @param compareInterval how often views are compared with one member, and a lost one is sought; grows with log2
 *     of the size beyond 64
 * @param retention how long a member that is gone is remembered
 */
public record MembershipOptions(
        Duration smallProbeInterval,
        Duration probeInterval,
        Duration maxProbeInterval,
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
        Duration gossipInterval,
        int gossipFanout,
        Duration compareInterval,
        Duration retention) {

    /** Up to so many members a cluster is small: a crash is noticed soon enough with fewer probes. */
    public static final int SMALL = 16;

    /** See the single parameters. */
    public static final MembershipOptions DEFAULT = builder().build();

    public MembershipOptions {
        requireOrder(Duration.ofNanos(1), smallProbeInterval, maxProbeInterval, "probe interval of small clusters");
        requireOrder(Duration.ofNanos(1), probeInterval, maxProbeInterval, "probe interval");
        requireOrder(Duration.ofNanos(1), probeSlack, maxProbeTimeout, "probe slack");
        requireOrder(Duration.ofNanos(1), probeTimeout, maxProbeTimeout, "probe timeout");
        requirePositive(minSuspicion, "shortest suspicion");
        requirePositive(gossipInterval, "gossip interval");
        requirePositive(compareInterval, "interval of comparing views");
        requirePositive(retention, "retention of members that are gone");
        requireAtLeast(0, indirectProbes, "number of indirect probes");
        requireAtLeast(1, maxHealthMultiplier, "health multiplier");
        requireAtLeast(1, suspicionMultiplier, "suspicion multiplier");
        requireAtLeast(1, suspicionStretch, "stretch of a suspicion");
        requireAtLeast(0, confirmations, "number of confirmations");
        requireAtLeast(1, retransmitMultiplier, "retransmit multiplier");
        requireAtLeast(1, gossipFanout, "gossip fanout");
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

    /** With the defaults, to change some of them. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private Duration smallProbeInterval = Duration.ofMillis(500);
        private Duration probeInterval = Duration.ofMillis(300);
        private Duration maxProbeInterval = Duration.ofSeconds(1);
        private Duration probeTimeout = Duration.ofMillis(300);
        private Duration probeSlack = Duration.ofMillis(50);
        private Duration maxProbeTimeout = Duration.ofMillis(1500);
        private int indirectProbes = 3;
        private int maxHealthMultiplier = 8;
        private Duration minSuspicion = Duration.ofMillis(2500);
        private int suspicionMultiplier = 4;
        private int suspicionStretch = 6;
        private int confirmations = 3;
        private int retransmitMultiplier = 4;
        private Duration gossipInterval = Duration.ofMillis(100);
        private int gossipFanout = 3;
        private Duration compareInterval = Duration.ofSeconds(15);
        private Duration retention = Duration.ofHours(24);

        private Builder() {}

        public Builder smallProbeInterval(Duration smallProbeInterval) {
            this.smallProbeInterval = smallProbeInterval;
            return this;
        }

        public Builder probeInterval(Duration probeInterval) {
            this.probeInterval = probeInterval;
            return this;
        }

        public Builder maxProbeInterval(Duration maxProbeInterval) {
            this.maxProbeInterval = maxProbeInterval;
            return this;
        }

        public Builder probeTimeout(Duration probeTimeout) {
            this.probeTimeout = probeTimeout;
            return this;
        }

        public Builder probeSlack(Duration probeSlack) {
            this.probeSlack = probeSlack;
            return this;
        }

        public Builder maxProbeTimeout(Duration maxProbeTimeout) {
            this.maxProbeTimeout = maxProbeTimeout;
            return this;
        }

        public Builder indirectProbes(int indirectProbes) {
            this.indirectProbes = indirectProbes;
            return this;
        }

        public Builder maxHealthMultiplier(int maxHealthMultiplier) {
            this.maxHealthMultiplier = maxHealthMultiplier;
            return this;
        }

        public Builder minSuspicion(Duration minSuspicion) {
            this.minSuspicion = minSuspicion;
            return this;
        }

        public Builder suspicionMultiplier(int suspicionMultiplier) {
            this.suspicionMultiplier = suspicionMultiplier;
            return this;
        }

        public Builder suspicionStretch(int suspicionStretch) {
            this.suspicionStretch = suspicionStretch;
            return this;
        }

        public Builder confirmations(int confirmations) {
            this.confirmations = confirmations;
            return this;
        }

        public Builder retransmitMultiplier(int retransmitMultiplier) {
            this.retransmitMultiplier = retransmitMultiplier;
            return this;
        }

        public Builder gossipInterval(Duration gossipInterval) {
            this.gossipInterval = gossipInterval;
            return this;
        }

        public Builder gossipFanout(int gossipFanout) {
            this.gossipFanout = gossipFanout;
            return this;
        }

        public Builder compareInterval(Duration compareInterval) {
            this.compareInterval = compareInterval;
            return this;
        }

        public Builder retention(Duration retention) {
            this.retention = retention;
            return this;
        }

        public MembershipOptions build() {
            return new MembershipOptions(
                    smallProbeInterval,
                    probeInterval,
                    maxProbeInterval,
                    probeTimeout,
                    probeSlack,
                    maxProbeTimeout,
                    indirectProbes,
                    maxHealthMultiplier,
                    minSuspicion,
                    suspicionMultiplier,
                    suspicionStretch,
                    confirmations,
                    retransmitMultiplier,
                    gossipInterval,
                    gossipFanout,
                    compareInterval,
                    retention);
        }
    }
}
