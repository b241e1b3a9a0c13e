package dev.corrosion.subscription;

import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent.RowChange;
import org.jspecify.annotations.Nullable;

/** What things take of the heap, roughly. */
final class Sizes {

    private static final int CHANGE = 96;
    private static final int ROW = 48;
    private static final int VALUE = 24;

    private Sizes() {}

    static long of(RowChange change) {
        Row old = change.old();
        return CHANGE + of(change.row()) + (old == null ? 0 : of(old));
    }

    private static long of(Row row) {
        long bytes = ROW;
        for (int i = 0; i < row.columns().size(); i++) {
            bytes += VALUE + length(row.get(i));
        }
        return bytes;
    }

    private static long length(@Nullable Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        return value instanceof byte[] bytes ? bytes.length : 0;
    }
}
