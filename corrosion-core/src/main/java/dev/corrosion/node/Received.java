package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.protocol.Message;
import org.jspecify.annotations.Nullable;

/**
 * News of versions, and who brought it.
 *
 * @param from the peer
 * @param message changes, empty versions or a head
 * @param horizon that of this node when it fetched it; null if it came unasked
 */
record Received(ActorId from, Message message, @Nullable Horizon horizon) {

    boolean fetched() {
        return horizon != null;
    }

    @Override
    public String toString() {
        return message.getClass().getSimpleName() + " from " + from.shortId();
    }
}
