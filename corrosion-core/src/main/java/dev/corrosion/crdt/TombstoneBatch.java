package dev.corrosion.crdt;

import org.jspecify.annotations.Nullable;

/**
 * What one batch of row records has given.
 *
 * @param next where the next batch begins; null if there is none
 */
public record TombstoneBatch<T>(T found, @Nullable ScanPosition next) {}
