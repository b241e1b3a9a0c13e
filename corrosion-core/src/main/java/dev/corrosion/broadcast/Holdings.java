package dev.corrosion.broadcast;

import dev.corrosion.ActorId;

/** What is applied here, as far as it is known: recognises what the machine itself no longer remembers. */
@FunctionalInterface
public interface Holdings {

    boolean holds(ActorId actor, long version);
}
