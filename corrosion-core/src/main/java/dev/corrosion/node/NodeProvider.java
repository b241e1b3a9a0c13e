package dev.corrosion.node;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.SchemaPlan;
import dev.corrosion.schema.SchemaMigration;
import dev.corrosion.spi.CorrosionProvider;
import dev.corrosion.store.Database;
import dev.corrosion.transport.TransportFactory;

/** Opens {@link CorrosionNode}s. */
public final class NodeProvider implements CorrosionProvider {

    private final Host host;

    /** Of nodes that meet by QUIC; for {@link java.util.ServiceLoader}. */
    public NodeProvider() {
        this(new ProcessHost());
    }

    /** Of nodes that meet in another way. */
    public NodeProvider(TransportFactory transports) {
        this(new ProcessHost(transports));
    }

    private NodeProvider(Host host) {
        this.host = host;
    }

    @Override
    public Corrosion open(CorrosionOptions options) {
        return CorrosionNode.open(options, SnapshotPolicy.DEFAULT, host);
    }

    @Override
    public void preload() {
        Database.preload();
        host.preload();
    }

    @Override
    public SchemaPlan plan(CorrosionOptions options) {
        return SchemaMigration.plan(options.database(), options.schema(), options.allowDestructiveSchema());
    }
}
