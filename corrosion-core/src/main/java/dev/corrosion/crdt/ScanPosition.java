package dev.corrosion.crdt;

import java.util.List;

/**
 * Where a reader of all row records has come to: behind this key, in the table of this number. Immutable, and good in any
 * later transaction: what comes next is looked up by value, whether the record of the key or the table still exists.
 *
 * @param table number of the table
 * @param key the last key that was read; empty before the first
 */
public record ScanPosition(long table, List<Part> key) {

    /** Before everything. */
    public static final ScanPosition START = before(0);

    /**
     * A value of the key.
     *
     * @param value {@link Long}, {@link Double} or {@code byte[]}
     * @param isText whether the bytes are those of a text: one that is not valid in its encoding does not survive a
     *     {@link String}, and the reader would go in circles
     */
    public record Part(Object value, boolean isText) {}

    public ScanPosition {
        key = List.copyOf(key);
    }

    static ScanPosition before(long table) {
        return new ScanPosition(table, List.of());
    }
}
