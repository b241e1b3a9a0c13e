package dev.corrosion.query;

/**
 * A column of a table.
 *
 * @param name as declared
 * @param affinity of its declared type
 * @param hidden not part of {@code *}
 * @param generated computed from other columns
 */
record Column(String name, Affinity affinity, boolean hidden, boolean generated) {}
