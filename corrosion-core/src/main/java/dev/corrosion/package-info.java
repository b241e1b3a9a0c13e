/**
 * The face of Corrosion: everything that user code compiles against.
 *
 * <p>The types here are values and contracts. The implementation is found through {@link
 * dev.corrosion.spi.CorrosionProvider}, so that the rooms below may use these values without a circle.
 */
@NullMarked
package dev.corrosion;

import org.jspecify.annotations.NullMarked;
