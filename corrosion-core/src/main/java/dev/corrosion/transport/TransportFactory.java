package dev.corrosion.transport;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions;

/** Opens the transport of a node, in place of QUIC: for nodes that meet in the memory of one process. */
@FunctionalInterface
public interface TransportFactory {

    /**
     * Opens one. The node closes it.
     *
     * @param options of the node
     * @param self as whom it speaks to the others
     */
    Transport open(CorrosionOptions options, ActorId self);
}
