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
 * @param snapshotVersions from so many missing versions on a copy is fetched
 */
record Settings(
        int machines,
        int regions,
        Duration active,
        Duration pause,
        Duration retention,
        Duration syncInterval,
        long snapshotVersions) {}
