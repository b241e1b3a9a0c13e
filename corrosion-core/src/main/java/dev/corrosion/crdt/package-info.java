/**
 * What makes a table replicated: triggers that record local writes, a clock per cell, the rules by which changes of
 * other nodes are merged, and the changes read back for them.
 *
 * <p>The rules are those of cr-sqlite as Corrosion ships it: a row lives or is dead by its causal length (odd is alive),
 * a cell is decided by its column version, then by its value, then by the actor. No clock of any machine takes part.
 */
@NullMarked
package dev.corrosion.crdt;

import org.jspecify.annotations.NullMarked;
