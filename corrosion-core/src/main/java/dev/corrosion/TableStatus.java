package dev.corrosion;

import java.util.OptionalLong;

/**
 * A replicated table on this node.
 *
 * @param name as it is declared
 * @param rows that it has; empty if they could not be counted in time
 * @param tombstones what is kept of deleted rows; empty as above
 * @param digest stands for all rows and what decides about them, in hexadecimal digits: equal on nodes with the same
 *     versions, columns and collected tombstones. Empty if it was not asked for or not done in time
 * @param note what could not be done, and why; empty if all was
 */
public record TableStatus(String name, OptionalLong rows, OptionalLong tombstones, String digest, String note) {}
