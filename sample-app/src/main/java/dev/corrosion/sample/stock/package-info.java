/** The service that knows what is there, and ships it. */
@NullMarked
package dev.corrosion.sample.stock;

import org.jspecify.annotations.NullMarked;
