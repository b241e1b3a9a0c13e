/** How {@link dev.corrosion.Corrosion#open} finds the implementation. Not for applications. */
@NullMarked
package dev.corrosion.spi;

import org.jspecify.annotations.NullMarked;
