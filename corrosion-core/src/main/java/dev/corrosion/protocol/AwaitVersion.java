package dev.corrosion.protocol;

import dev.corrosion.ActorId;

/**
 * Tell me when this version is on your disk.
 *
 * @param timeoutMillis after how long I no longer care
 */
public record AwaitVersion(ActorId actor, long version, long timeoutMillis) implements Message {}
