package dev.corrosion.test.network;

import dev.corrosion.ActorId;
import dev.corrosion.transport.Transport;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Carries what nodes of one process say to each other, as well as its faults allow: no sockets, no certificates, and no
 * time unless there is a delay. Streams keep order and wait for their receiver, as those of QUIC do. Where a way is cut,
 * or nobody listens, what is on its way is lost and the sender told after a tenth of a second.
 *
 * <p>Chance is seeded: the n-th datagram of a way is lost in all networks with the same seed, or in none. Thread-safe.
 */
public final class InMemoryNetwork implements AutoCloseable {

    private final Wires wires;
    private final Map<InetSocketAddress, Port> opened = new ConcurrentHashMap<>();

    /** @param seed of what is lost */
    public InMemoryNetwork(long seed) {
        this.wires = new Wires(seed);
    }

    /**
     * A place on the network, which is taken when the transport is started.
     *
     * @param onClosed told when the transport is closed
     */
    public Transport open(ActorId self, InetSocketAddress address, Runnable onClosed) {
        Port port = new Port(wires, self, address, onClosed);
        opened.put(address, port);
        return port;
    }

    /** Nothing of who is there reaches anybody any more; it is not told. */
    public void unplug(InetSocketAddress address) {
        Port port = opened.remove(address);
        if (port != null) {
            port.unplug();
        }
    }

    /** What is wrong now. */
    public Faults faults() {
        return wires.faults();
    }

    /** Changes what is wrong. Holds for all that arrives when this has returned, also if it was sent before. */
    public synchronized void change(UnaryOperator<Faults> change) {
        wires.faults(change.apply(wires.faults()));
    }

    /** To be called when the nodes are closed. */
    @Override
    public void close() {
        wires.close();
    }
}
