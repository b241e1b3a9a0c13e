package dev.corrosion.simulation;

import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.VersionId;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.Transport;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** I6: messages, and what is sent in a second, stay within their bounds; nobody gets a version again and again unasked. */
final class LimitsInvariant implements Invariant {

    /**
     * How often a version may come to one run of a node: from three relays, by a view that changes, and for four questions and
     * four more five seconds later, all of which are answered where answers take that long (seed 1102).
     */
    private static final int MAX_COPIES = 12;

    private record Copy(InetSocketAddress to, VersionId version) {}

    private final Map<Copy, Integer> copies = new HashMap<>();
    private final Traffic traffic = new Traffic();
    private final long maxBytesPerSecond;

    /** @param maxBytesPerSecond what a node may send in any second in frames and answers */
    LimitsInvariant(long maxBytesPerSecond) {
        this.maxBytesPerSecond = maxBytesPerSecond;
    }

    @Override
    public void started(NodeRun process) {
        copies.keySet().removeIf(copy -> copy.to().equals(process.machine().address));
    }

    @Override
    public void delivered(Delivery delivery) {
        int size = delivery.payload().length;
        int limit =
                delivery.kind() == Delivery.Kind.DATAGRAM ? Transport.MAX_DATAGRAM_BYTES : Transport.MAX_FRAME_BYTES;
        if (size > limit) {
            throw new AssertionError("a message of " + size + " bytes: " + delivery.kind());
        }
        if (delivery.kind() == Delivery.Kind.FRAME) {
            countCopies(delivery);
        }
    }

    @Override
    public void sent(Delivery delivery) {
        if (delivery.kind() == Delivery.Kind.FRAME || delivery.kind() == Delivery.Kind.ANSWER) {
            long bytes = traffic.count(delivery);
            if (bytes > maxBytesPerSecond) {
                throw new AssertionError(delivery.from() + " sends " + bytes + " bytes in a second");
            }
        }
    }

    private void countCopies(Delivery delivery) {
        if (Wire.decode(delivery.payload()) instanceof Changes changes) {
            for (VersionPart part : changes.parts()) {
                Copy copy = new Copy(delivery.to(), new VersionId(part.actor(), part.version()));
                if (copies.merge(copy, 1, Integer::sum) > MAX_COPIES) {
                    throw new AssertionError(
                            delivery.to() + " was sent " + copy.version() + " " + MAX_COPIES + " times and more");
                }
            }
        }
    }
}
