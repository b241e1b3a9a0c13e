package dev.corrosion.sync;

import java.time.Duration;

/** How many versions are asked for at a time: fewer when a peer or the way to it is slow, more when it is quick. */
final class ChunkSize {

    static final long FIRST = 1000;
    static final long MIN = 16;

    /** Versions of which nothing is left cost next to nothing, so there is no harm in many. */
    static final long MAX = 1 << 20;

    /** How long a chunk should take: short enough to go to another peer soon, long enough to be worth the question. */
    static final Duration TARGET = Duration.ofMillis(500);

    private long versions = FIRST;

    long versions() {
        return versions;
    }

    /** A chunk took so long. */
    void took(long nanos) {
        if (nanos > 2 * TARGET.toNanos()) {
            versions = Math.max(MIN, versions / 2);
        } else if (nanos < TARGET.toNanos() / 2) {
            versions = Math.min(MAX, versions * 2);
        }
    }

    /** A chunk was broken off. */
    void failed() {
        versions = Math.max(MIN, versions / 2);
    }
}
