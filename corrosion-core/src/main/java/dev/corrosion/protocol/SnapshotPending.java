package dev.corrosion.protocol;

/** The copy is being made: ask again in a moment. */
public record SnapshotPending() implements SyncMessage {}
