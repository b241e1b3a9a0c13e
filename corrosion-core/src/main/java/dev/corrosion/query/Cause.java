package dev.corrosion.query;

import dev.corrosion.ActorId;

/**
 * The transaction that a change comes from.
 *
 * @param actor who wrote it
 * @param version its version of that actor
 */
public record Cause(ActorId actor, long version) {}
