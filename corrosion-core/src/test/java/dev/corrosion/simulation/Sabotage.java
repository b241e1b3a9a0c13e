package dev.corrosion.simulation;

import dev.corrosion.Member;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.WriteResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A bug, planted to see whether it is noticed. */
interface Sabotage {

    Sabotage NONE = new Sabotage() {};

    /** How often a message arrives that arrives once. */
    default int copies(Delivery delivery) {
        return 1;
    }

    /** What arrives. */
    default byte[] payload(Delivery delivery) {
        return delivery.payload();
    }

    /** What a node says of the others. */
    default List<Member> members(NodeRun process, List<Member> members) {
        return members;
    }

    /** What a subscriber gets, if anything. */
    default @Nullable SubscriptionEvent event(NodeRun process, SubscriptionEvent event) {
        return event;
    }

    /** What an application is told of what it has written. */
    default WriteResult acknowledged(NodeRun process, WriteResult result) {
        return result;
    }

    /** A node has committed something. */
    default void committed(NodeRun process) {}

    /** Everything is put right, and the nodes may come to an agreement. */
    default void healed(World world) {}

    /** They have. */
    default void agreed(World world) {}
}
