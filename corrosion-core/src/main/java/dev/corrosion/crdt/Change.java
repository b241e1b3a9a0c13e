package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import org.jspecify.annotations.Nullable;

/** One change of one cell, in the ten columns of the exchange format. */
@SuppressWarnings("ArrayRecordComponent")
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
    public int estimatedBytes() {
        return 50;
    }
}
