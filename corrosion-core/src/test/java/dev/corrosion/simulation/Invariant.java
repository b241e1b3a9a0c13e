package dev.corrosion.simulation;

/** What must hold at every moment of every run. Each method is told of one kind of event and throws an AssertionError. */
interface Invariant {

    default void started(NodeRun process) {}

    default void stopped(NodeRun process) {}

    /** A node has given it to the network. */
    default void sent(Delivery delivery) {}

    default void delivered(Delivery delivery) {}

    /** A node has committed a transaction, its own or one that brings what others have written. */
    default void committed(NodeRun process) {}
}
