/** The one room that wires: event loop, timers, store, state machines and transport. */
@NullMarked
package dev.corrosion.node;

import org.jspecify.annotations.NullMarked;
