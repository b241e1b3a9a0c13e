package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of one cell of a row, or, under {@link #SENTINEL}, of the row itself.
 *
 * @param table name of the replicated table
 * @param pk the key, packed ({@link PackedKey})
 * @param cid name of the column, or {@link #SENTINEL}
 * @param val the value: null, Long, Double, String or byte[]; null for the sentinel
 * @param colVersion how often the cell was written; for the sentinel, the causal length that it set
 * @param dbVersion the version of its actor that it belongs to
 * @param site the actor that made it
 * @param cl causal length of the row when the change was read: odd if the row lives, even if it is deleted
 * @param seq its place within its version
 * @param ts when it was made, as its actor has it; decides nothing
 */
@SuppressWarnings("ArrayRecordComponent") // equal by content; millions are made, so the bytes are not wrapped
public record Change(
        String table,
        byte[] pk,
        String cid,
        @Nullable Object val,
        long colVersion,
        long dbVersion,
        ActorId site,
        long cl,
        long seq,
        String ts) {

    /** In place of a column name: the change is about the existence of the row. */
    public static final String SENTINEL = "-1";

    /** What the numbers of a change take, generously. */
    private static final int FIXED_BYTES = 64;

    public boolean isSentinel() {
        return cid.equals(SENTINEL);
    }

    /** How large the change is, about, when it is sent or kept. Never less than what its key and value take. */
    public int estimatedBytes() {
        return FIXED_BYTES + table.length() + pk.length + cid.length() + ts.length() + valueBytes(val);
    }

    static int valueBytes(@Nullable Object value) {
        if (value instanceof String text) {
            return Utf8.length(text);
        }
        return value instanceof byte[] bytes ? bytes.length : Long.BYTES;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Change change
                && table.equals(change.table)
                && Arrays.equals(pk, change.pk)
                && cid.equals(change.cid)
                && Objects.deepEquals(val, change.val)
                && colVersion == change.colVersion
                && dbVersion == change.dbVersion
                && site.equals(change.site)
                && cl == change.cl
                && seq == change.seq
                && ts.equals(change.ts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(table, Arrays.hashCode(pk), cid, dbVersion, site, seq);
    }

    @Override
    public String toString() {
        String value = val instanceof byte[] bytes ? "blob of " + bytes.length : String.valueOf(val);
        return table + "[" + describeKey() + "]." + cid + " = " + value + " (cv " + colVersion + ", v " + dbVersion
                + " of " + site.shortId() + ", cl " + cl + ", seq " + seq + ")";
    }

    private String describeKey() {
        try {
            return PackedKey.unpack(pk).toString();
        } catch (IllegalArgumentException e) {
            return "malformed key";
        }
    }
}
