package dev.corrosion.protocol;

import dev.corrosion.ActorId;

/** The answer to {@link AwaitVersion}: it is on my disk. */
public record VersionHeld(ActorId actor, long version) implements Message {}
