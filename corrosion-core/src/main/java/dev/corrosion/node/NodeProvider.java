package dev.corrosion.node;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.SchemaPlan;
import dev.corrosion.schema.SchemaMigration;
import dev.corrosion.spi.CorrosionProvider;

/** Opens {@link CorrosionNode}s. */
public final class NodeProvider implements CorrosionProvider {

    @Override
    public Corrosion open(CorrosionOptions options) {
        return CorrosionNode.open(options);
    }

    @Override
    public SchemaPlan plan(CorrosionOptions options) {
        return SchemaMigration.plan(options.database(), options.schema(), options.allowDestructiveSchema());
    }
}
