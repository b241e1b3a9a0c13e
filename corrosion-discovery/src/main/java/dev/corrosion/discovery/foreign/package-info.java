/** Services that are not on the JVM: a node registers them, checks them, and owns their rows. */
@NullMarked
package dev.corrosion.discovery.foreign;

import org.jspecify.annotations.NullMarked;
