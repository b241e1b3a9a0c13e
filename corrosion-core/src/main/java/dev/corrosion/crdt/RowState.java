package dev.corrosion.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that one database has of one row: its records and its values, without anything that means something there only.
 *
 * @param key its key
 * @param cl its causal length; 0 if there is no record of it
 * @param present whether the table has it
 * @param regular whether its records are laid out as they should be
 * @param sentinel the record of the row itself, if there is one
 * @param cells its columns outside the key, as far as they are looked at, in the order of their names
 */
public record RowState(
        RowKey key,
        long cl,
        boolean present,
        boolean regular,
        @Nullable SiteStamp sentinel,
        List<Cell> cells) {

    /**
     * A cell.
     *
     * @param column name of its column
     * @param stamp its record, if there is one
     * @param value null, Long, Double, String or byte[]; null, too, if the table does not have the row
     */
    public record Cell(
            String column,
            @Nullable SiteStamp stamp,
            @Nullable Object value) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Cell cell
                    && column.equals(cell.column)
                    && Objects.equals(stamp, cell.stamp)
                    && Objects.deepEquals(value, cell.value);
        }

        @Override
        public int hashCode() {
            return Objects.hash(column, stamp);
        }
    }

    public RowState {
        cells = List.copyOf(cells);
    }

    /** Of a row of which nothing is known, and which is not there. */
    static RowState nothing(RowKey key, List<String> columns) {
        return new RowState(
                key,
                0,
                false,
                true,
                null,
                columns.stream().map(column -> new Cell(column, null, null)).toList());
    }

    /** Whether the records say that it lives. */
    boolean lives() {
        return cl % 2 == 1;
    }

    boolean isRecorded() {
        return cells.stream().anyMatch(cell -> cell.stamp() != null);
    }

    /** All records. */
    List<SiteStamp> stamps() {
        List<SiteStamp> stamps = new ArrayList<>();
        if (sentinel != null) {
            stamps.add(sentinel);
        }
        for (Cell cell : cells) {
            if (cell.stamp() != null) {
                stamps.add(cell.stamp());
            }
        }
        return stamps;
    }

    /** How large it is when it is sent, about. */
    public int estimatedBytes() {
        int bytes = 64 + key.packed().length;
        for (Cell cell : cells) {
            bytes += 64 + cell.column().length() + Change.valueBytes(cell.value());
        }
        return bytes;
    }
}
