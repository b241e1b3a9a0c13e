package dev.corrosion.broadcast;

import java.time.Duration;

/**
 * The shape of the trees and the bounds of what is kept and sent. The figures behind the defaults are in
 * docs/dissemination.md.
 *
 * @param directMembers up to so many members, an origin sends to everybody itself
 * @param relays members of each region to which an origin sends
 * @param fanOut to how many a member passes on, on average
 * @param digestDelay how long after news the two members that follow are told of it
 * @param secondDigestDelay how long after news the one before and a random one are
 * @param patience how long something announced may be on its way before it is asked for, in the own region
 * @param farPatience the same if another region has announced it
 * @param bytesPerSecond what this node sends of changes, altogether
 * @param peerBytesPerSecond what it sends to one peer
 * @param burstBytes what it sends at once before either rate counts
 * @param queuedBytes what waits for one peer; more is dropped and announced later
 * @param recentVersions how many versions are remembered, to know duplicates and to answer requests
 * @param recentBytes bytes of the changes that are kept for requests
 */
public record BroadcastOptions(
        int directMembers,
        int relays,
        int fanOut,
        Duration digestDelay,
        Duration secondDigestDelay,
        Duration patience,
        Duration farPatience,
        long bytesPerSecond,
        long peerBytesPerSecond,
        long burstBytes,
        long queuedBytes,
        int recentVersions,
        long recentBytes) {

    public static final BroadcastOptions DEFAULT = new BroadcastOptions(
            16,
            3,
            8,
            Duration.ofMillis(20),
            Duration.ofMillis(40),
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            64L << 20,
            16L << 20,
            1L << 20,
            4L << 20,
            4096,
            8L << 20);

    public BroadcastOptions {
        if (directMembers < 1 || relays < 1 || fanOut < 2 || recentVersions < 1) {
            throw new IllegalArgumentException("no tree has such a shape");
        }
        if (bytesPerSecond < 1 || peerBytesPerSecond < 1 || burstBytes < 1 || queuedBytes < 1 || recentBytes < 1) {
            throw new IllegalArgumentException("rates and bounds must be positive");
        }
    }

    /**
     * The same with another bound of what is sent. What waits for one peer is at most what leaves in a second.
     *
     * @param rate bytes per second to all peers; one peer gets no more than by default
     * @param burst bytes that may leave at once
     */
    public BroadcastOptions withRate(long rate, long burst) {
        return new BroadcastOptions(
                directMembers,
                relays,
                fanOut,
                digestDelay,
                secondDigestDelay,
                patience,
                farPatience,
                rate,
                Math.min(DEFAULT.peerBytesPerSecond, rate),
                burst,
                Math.min(queuedBytes, rate),
                recentVersions,
                recentBytes);
    }

    public BroadcastOptions withRecentVersions(int count) {
        return new BroadcastOptions(
                directMembers,
                relays,
                fanOut,
                digestDelay,
                secondDigestDelay,
                patience,
                farPatience,
                bytesPerSecond,
                peerBytesPerSecond,
                burstBytes,
                queuedBytes,
                count,
                recentBytes);
    }
}
