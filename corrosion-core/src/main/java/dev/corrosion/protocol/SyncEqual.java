package dev.corrosion.protocol;

/** The answer to a {@link SyncDigest}: I hold the same. */
public record SyncEqual() implements SyncMessage {}
