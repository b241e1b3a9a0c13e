/** A network in memory, for {@link dev.corrosion.test.TestCluster}. Not for applications. */
@NullMarked
package dev.corrosion.test.network;

import org.jspecify.annotations.NullMarked;
