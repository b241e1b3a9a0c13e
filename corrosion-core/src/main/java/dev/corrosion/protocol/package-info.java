/** The messages between nodes and their bytes, nothing else. */
@NullMarked
package dev.corrosion.protocol;

import org.jspecify.annotations.NullMarked;
