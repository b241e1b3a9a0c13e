/** Spreading what has just been committed: a state machine, events in, effects out. */
@NullMarked
package dev.corrosion.broadcast;

import org.jspecify.annotations.NullMarked;
