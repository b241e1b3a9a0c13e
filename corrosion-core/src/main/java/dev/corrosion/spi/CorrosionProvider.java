package dev.corrosion.spi;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;

/** Opens nodes; found with {@link java.util.ServiceLoader}. */
public interface CorrosionProvider {

    /**
     * Opens a node. Either returns a running node or throws and leaves nothing running.
     *
     * @see Corrosion#open(CorrosionOptions)
     */
    Corrosion open(CorrosionOptions options);
}
