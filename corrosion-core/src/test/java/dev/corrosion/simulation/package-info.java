/**
 * Whole nodes in a world of their own: virtual time, a network and disks that fail as a seed says. The code of the nodes is
 * the one that runs in production; only what runs its tasks, carries its messages and keeps its file is another.
 */
@NullMarked
package dev.corrosion.simulation;

import org.jspecify.annotations.NullMarked;
