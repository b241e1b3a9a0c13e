/** Anti-entropy: when to fetch from whom what this node lacks. A state machine, events in, effects out. */
@NullMarked
package dev.corrosion.sync;

import org.jspecify.annotations.NullMarked;
