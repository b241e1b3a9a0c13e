package dev.corrosion.protocol;

/**
 * Send me a copy of your database. Answered by {@link SnapshotHeader} and {@link SnapshotChunk}s, or by {@link
 * SnapshotPending}.
 *
 * @param sha256 of the copy of which I have a part, in hex; empty if I have none
 * @param offset how many bytes of it I have
 */
public record SnapshotRequest(String sha256, long offset) implements SyncMessage {}
