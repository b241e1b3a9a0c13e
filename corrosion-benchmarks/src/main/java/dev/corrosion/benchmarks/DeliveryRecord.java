package dev.corrosion.benchmarks;

import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.Wire;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the simulation saw: who got what when, and what it took. A change is known by the number of its origin. */
final class DeliveryRecord {

    /** A round trip above this counts as far. */
    static final long FAR_MILLIS = 150;

    private static final long NEVER = Long.MAX_VALUE;

    /** Why a change did not reach a node that is alive. */
    enum Reason {
        RECEIVER_WAS_DOWN("the receiver was down or just back"),
        ORIGIN_CRASHED("the origin crashed within a second"),
        UNEXPLAINED("unexplained");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    private final int nodes;

    /** By change and node: hops from the origin plus one, 0 if it is not there. */
    private final byte[][] hops;

    private final long[] committedAt;
    private final long[] lastAt;
    private final long[] downAt;
    private final long[] upAt;
    private final long[] sendsOf;
    private final long[] histogram = new long[Byte.MAX_VALUE + 1];
    private long payloadSends;
    private long farSends;
    private long messages;
    private long sentBytes;
    private long controlMessages;
    private long controlBytes;
    private long loadNanos;

    DeliveryRecord(int nodes) {
        this.nodes = nodes;
        this.hops = new byte[nodes][];
        this.committedAt = filled(nodes, NEVER);
        this.lastAt = new long[nodes];
        this.downAt = filled(nodes, NEVER);
        this.upAt = filled(nodes, NEVER);
        this.sendsOf = new long[nodes];
    }

    private static long[] filled(int length, long value) {
        long[] array = new long[length];
        Arrays.fill(array, value);
        return array;
    }

    void committed(int change, long now) {
        committedAt[change] = now;
        hops[change] = new byte[nodes];
        hops[change][change] = 1;
    }

    boolean holds(int change, int node) {
        return hops[change] != null && hops[change][node] != 0;
    }

    void delivered(int change, int node, int from, long now) {
        int count = Math.min(Byte.MAX_VALUE, hops[change][from] + 1);
        hops[change][node] = (byte) count;
        histogram[count - 1]++;
        if (isSettled(node, committedAt[change])) {
            lastAt[change] = Math.max(lastAt[change], now);
        }
    }

    void down(int node, long now) {
        downAt[node] = now;
    }

    void up(int node, long now) {
        upAt[node] = now;
    }

    void sent(int from, Message message, int receivers) {
        long bytes = (long) Wire.encode(message).length * receivers;
        messages += receivers;
        sentBytes += bytes;
        if (message instanceof Changes changes) {
            payloadSends += (long) changes.parts().size() * receivers;
            sendsOf[from] += (long) changes.parts().size() * receivers;
        } else {
            controlMessages += receivers;
            controlBytes += bytes;
        }
    }

    void carried(int parts, long rttMillis) {
        if (rttMillis > FAR_MILLIS) {
            farSends += parts;
        }
    }

    void finished(long load) {
        loadNanos = load;
    }

    /** Up, and known to be so by everybody, since before that time. */
    private boolean isSettled(int node, long since) {
        return downAt[node] == NEVER || (upAt[node] != NEVER && upAt[node] + SimulatedCluster.NOTICED_AFTER <= since);
    }

    private boolean isAlive(int node) {
        return downAt[node] == NEVER || upAt[node] != NEVER;
    }

    int changes() {
        return (int) Arrays.stream(committedAt).filter(at -> at != NEVER).count();
    }

    double payloadSendsPerChange() {
        return (double) payloadSends / changes();
    }

    /** Relative message redundancy: copies beyond the one that each node needs. */
    double redundancy() {
        return payloadSendsPerChange() / (nodes - 1) - 1;
    }

    double farShare() {
        return (double) farSends / payloadSends;
    }

    double controlMessagesPerNodeAndSecond() {
        return controlMessages / (double) nodes / loadNanos * SimulatedCluster.SECOND;
    }

    double controlBytesPerNodeAndSecond() {
        return controlBytes / (double) nodes / loadNanos * SimulatedCluster.SECOND;
    }

    /** Everything, changes and control. */
    double messagesPerNodeAndSecond() {
        return messages / (double) nodes / loadNanos * SimulatedCluster.SECOND;
    }

    double bytesPerNodeAndSecond() {
        return sentBytes / (double) nodes / loadNanos * SimulatedCluster.SECOND;
    }

    /** What the busiest node sends, as a multiple of the mean. */
    double busiest() {
        return Arrays.stream(sendsOf).max().orElse(0) * (double) nodes / payloadSends;
    }

    /** Milliseconds from the commit to the last delivery, sorted; of changes that reached every settled node. */
    double[] latencies() {
        double[] latencies = new double[nodes];
        int count = 0;
        for (int change = 0; change < nodes; change++) {
            if (committedAt[change] != NEVER && reachedAllSettled(change)) {
                long last = Math.max(lastAt[change], committedAt[change]);
                latencies[count++] = (last - committedAt[change]) / (double) SimulatedCluster.MILLISECOND;
            }
        }
        double[] sorted = Arrays.copyOf(latencies, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private boolean reachedAllSettled(int change) {
        for (int node = 0; node < nodes; node++) {
            if (!holds(change, node) && isSettled(node, committedAt[change])) {
                return false;
            }
        }
        return true;
    }

    int hops(double quantile) {
        long total = Arrays.stream(histogram).sum();
        long below = 0;
        for (int count = 0; count < histogram.length; count++) {
            below += histogram[count];
            if (below >= quantile * total) {
                return count;
            }
        }
        return 0;
    }

    /** Pairs of a change and a living node that it did not reach, by reason. */
    Map<Reason, Long> undelivered() {
        Map<Reason, Long> byReason = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            byReason.put(reason, 0L);
        }
        for (int change = 0; change < nodes; change++) {
            for (int node = 0; committedAt[change] != NEVER && node < nodes; node++) {
                if (isAlive(node) && !holds(change, node)) {
                    byReason.merge(reason(change, node), 1L, Long::sum);
                }
            }
        }
        return byReason;
    }

    private Reason reason(int change, int node) {
        if (!isSettled(node, committedAt[change])) {
            return Reason.RECEIVER_WAS_DOWN;
        }
        boolean soon = downAt[change] != NEVER && downAt[change] - committedAt[change] < SimulatedCluster.SECOND;
        return soon && downAt[change] >= committedAt[change] ? Reason.ORIGIN_CRASHED : Reason.UNEXPLAINED;
    }

    boolean isMissingAt(List<Integer> living) {
        return living.stream()
                .anyMatch(node -> Arrays.stream(hops).anyMatch(change -> change != null && change[node] == 0));
    }

    /** Anti-entropy: one node gives another all that it has. */
    void copy(int from, int to) {
        for (byte[] change : hops) {
            if (change != null && change[to] == 0) {
                change[to] = change[from];
            }
        }
    }
}
