package dev.corrosion.discovery;

/**
 * Whether an instance should be called, as this node sees it: what it says of itself, combined with what membership says of
 * the node that registered it. From the best to the worst.
 */
public enum Standing {

    /** It is up, no check of it is critical, and its node is alive. */
    UP,

    /** As {@link #UP}, but its node has not answered and has time to refute. Called if there is no better one. */
    SUSPECT,

    /**
     * Its node is gone, together with at least as many nodes as are left: more likely it is this node that was cut off.
     * The last that is known stays, and is called if there is no better one.
     */
    KEPT,

    /** It is not up, a check of it is critical, or its node has left, is down, or has been started anew since. */
    OUT
}
