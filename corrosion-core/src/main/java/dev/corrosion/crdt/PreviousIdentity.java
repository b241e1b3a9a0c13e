package dev.corrosion.crdt;

import dev.corrosion.ActorId;

/**
 * What a database was before it took a new identity.
 *
 * @param actorId the actor, from now on one of the others
 * @param version its last version here; others may have more of it
 */
public record PreviousIdentity(ActorId actorId, long version) {}
