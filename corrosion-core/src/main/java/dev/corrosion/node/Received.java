package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.Message;

/**
 * News of versions, and who brought it.
 *
 * @param from the peer
 * @param message changes, empty versions or a head
 * @param fetched whether it answers a fetch; else it came unasked
 */
record Received(ActorId from, Message message, boolean fetched) {

    @Override
    public String toString() {
        return message.getClass().getSimpleName() + " from " + from.shortId();
    }
}
