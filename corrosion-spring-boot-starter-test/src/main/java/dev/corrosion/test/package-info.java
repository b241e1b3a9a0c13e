/**
 * Tests of applications: a {@link dev.corrosion.test.TestCluster} of real nodes in the memory of one process, with the faults
 * of a network.
 */
@NullMarked
package dev.corrosion.test;

import org.jspecify.annotations.NullMarked;
