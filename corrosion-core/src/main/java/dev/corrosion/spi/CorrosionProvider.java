package dev.corrosion.spi;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.SchemaPlan;

/** Opens nodes; found with {@link java.util.ServiceLoader}. */
public interface CorrosionProvider {

    /**
     * Opens a node. Either returns a running node or throws and leaves nothing running.
     *
     * @see Corrosion#open(CorrosionOptions)
     */
    Corrosion open(CorrosionOptions options);

    /**
     * Loads what the first call of {@link #open} would load.
     *
     * @see Corrosion#preload()
     */
    void preload();

    /**
     * Compares the declared schema with the database and changes nothing.
     *
     * @see Corrosion#plan(CorrosionOptions)
     */
    SchemaPlan plan(CorrosionOptions options);
}
