package dev.corrosion.spring;

import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.convert.ConversionService;

/** Chooses how the rows of a result become objects of a type. */
final class TypeRowMapper {

    private TypeRowMapper() {}

    @SuppressWarnings("unchecked") // guarded by the comparison
    static <T> RowMapper<T> of(Class<T> type) {
        if (type == Row.class) {
            return row -> (T) row;
        }
        if (BeanUtils.isSimpleValueType(type) || type == byte[].class) {
            return row -> single(row, type);
        }
        return new ObjectRowMapper<>(type);
    }

    private static <T> T single(Row row, Class<T> type) {
        if (row.columns().size() != 1) {
            throw new CorrosionException("a " + type.getSimpleName() + " needs a query of one column, this one has "
                    + row.columns() + ": select one column or map to a record");
        }
        T value = convert(row, 0, type);
        if (value == null) {
            throw new CorrosionException("column " + row.columns().get(0)
                    + " is NULL, which a stream cannot carry: use COALESCE or map to a record");
        }
        return value;
    }

    /** The value of a column as the type asks for it; null for NULL. */
    static <V> @Nullable V convert(Row row, int column, Class<V> type) {
        Object value = row.get(column);
        if (value == null) {
            return null;
        }
        ConversionService conversions = RowConversions.shared();
        try {
            return conversions.convert(value, type);
        } catch (RuntimeException e) {
            throw new CorrosionException(
                    "column " + row.columns().get(column) + " holds "
                            + value.getClass().getSimpleName() + " '" + value + "', which is not a "
                            + type.getSimpleName(),
                    e);
        }
    }
}
