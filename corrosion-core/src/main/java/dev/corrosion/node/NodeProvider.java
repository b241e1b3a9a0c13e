package dev.corrosion.node;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.spi.CorrosionProvider;

/** Opens {@link CorrosionNode}s. */
public final class NodeProvider implements CorrosionProvider {

    @Override
    public Corrosion open(CorrosionOptions options) {
        return CorrosionNode.open(options);
    }
}
