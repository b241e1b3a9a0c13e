package dev.corrosion.crdt;

/**
 * Rows that follow each other in the order of their keys, which is SQLite's and the same on all nodes (rules D1 and D3).
 *
 * @param after they come behind this key
 * @param upTo the last possible one
 */
public record KeyRange(RowKey after, RowKey upTo) {

    public static final KeyRange ALL = new KeyRange(RowKey.NONE, RowKey.NONE);
}
