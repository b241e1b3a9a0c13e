/** Observations of {@link dev.corrosion.spring.CorrosionTemplate}: names, keys, and how to have others. */
@NullMarked
package dev.corrosion.spring.observation;

import org.jspecify.annotations.NullMarked;
