package dev.corrosion.protocol;

import dev.corrosion.ActorId;

/** An actor has reached a version that is too large to broadcast: fetch it. */
public record VersionHead(ActorId actor, long version) implements Message {}
