package dev.corrosion.query;

import dev.corrosion.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of a result, as it was told.
 *
 * @param key what identifies it among the rows of its group, null if there is nothing
 * @param order what it is ordered by, null where nothing is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record KeptRow(
        long id, Row row, @Nullable Object key, @Nullable Object @Nullable [] order) {

    /** A row that was read: the columns of the result first, what to order by last. */
    static KeptRow read(
            long id, List<String> columns, @Nullable Object[] values, @Nullable Object key, SortOrder order) {
        int terms = order.terms().size();
        return new KeptRow(
                id,
                Row.of(columns, Arrays.copyOf(values, columns.size())),
                key,
                terms == 0 ? null : Arrays.copyOfRange(values, values.length - terms, values.length));
    }

    ResultRow told() {
        return new ResultRow(id, row);
    }

    KeptRow withId(long other) {
        return new KeptRow(other, row, key, order);
    }

    /** The rows in an order; those that are equal in it in the order in which they came. */
    static List<ResultRow> sorted(List<KeptRow> rows, SortOrder order) {
        List<KeptRow> sorted = new ArrayList<>(rows);
        sorted.sort((one, other) -> {
            int byTerms = one.order() == null || other.order() == null ? 0 : order.compare(one.order(), other.order());
            return byTerms != 0 ? byTerms : Long.compare(one.id(), other.id());
        });
        return sorted.stream().map(KeptRow::told).toList();
    }
}
