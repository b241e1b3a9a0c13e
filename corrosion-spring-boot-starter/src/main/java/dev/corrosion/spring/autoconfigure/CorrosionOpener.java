package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;

/**
 * How the application's node is opened. A bean of this type takes the place of {@link Corrosion#open}: tests open nodes
 * that meet in memory.
 */
@FunctionalInterface
public interface CorrosionOpener {

    /**
     * Opens the node; each time that the application context is started, the one before it being closed.
     *
     * @see Corrosion#open(CorrosionOptions)
     */
    Corrosion open(CorrosionOptions options);
}
