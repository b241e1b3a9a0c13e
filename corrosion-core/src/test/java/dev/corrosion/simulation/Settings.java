package dev.corrosion.simulation;

import java.time.Duration;

/**
 * What a world is like, apart from what goes wrong in it.
 *
 * @param machines how many there are
 * @param regions over how many regions they are spread
 * @param active how long there are writes and faults
 * @param pause mean time between two writes on one node
 * @param retention how long tombstones are kept
 * @param syncInterval between two rounds of anti-entropy of a node
 * @param verifyInterval between two comparisons of a node's data
 * @param snapshotVersions from so many missing versions on a copy is fetched
 * @param skippedVersions so many of each actor do not count for that
 * @param maxBytesPerSecond what a node may send
 * @param rowNanos how long a row that is written keeps a node's writer busy
 */
record Settings(
        int machines,
        int regions,
        Duration active,
        Duration pause,
        Duration retention,
        Duration syncInterval,
        Duration verifyInterval,
        long snapshotVersions,
        long skippedVersions,
        long maxBytesPerSecond,
        long rowNanos) {}
