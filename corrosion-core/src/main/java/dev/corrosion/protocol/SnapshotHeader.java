package dev.corrosion.protocol;

/**
 * A copy of the database follows.
 *
 * @param sha256 of the whole copy, in hex
 * @param bytes how large it is
 * @param offset from where on it follows
 */
public record SnapshotHeader(String sha256, long bytes, long offset) implements SyncMessage {}
