/** What makes a table replicated. */
@NullMarked
package dev.corrosion.crdt;

import org.jspecify.annotations.NullMarked;
