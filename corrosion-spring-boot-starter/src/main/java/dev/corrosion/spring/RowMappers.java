package dev.corrosion.spring;

import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.ConcurrentReferenceHashMap;

/** How the rows of a result become objects of a type. Mappers are kept as long as memory allows. */
final class RowMappers {

    private final CorrosionConversions conversions;
    private final Map<Class<?>, RowMapper<?>> mappers = new ConcurrentReferenceHashMap<>();

    RowMappers(CorrosionConversions conversions) {
        this.conversions = conversions;
    }

    @SuppressWarnings("unchecked") // a mapper is kept under its own type
    <T> RowMapper<T> of(Class<T> type) {
        return (RowMapper<T>) mappers.computeIfAbsent(type, this::create);
    }

    /**
     * Tells whether rows with these columns can become objects of the type.
     *
     * @throws RowMappingException if they cannot
     */
    void require(Class<?> type, List<String> columns) {
        RowMapper<?> mapper = of(type);
        if (mapper instanceof ObjectRowMapper<?> object) {
            object.planFor(columns);
        } else if (type != Row.class) {
            requireOneColumn(type, columns);
        }
    }

    private <T> RowMapper<?> create(Class<T> type) {
        if (type == Row.class) {
            return row -> row;
        }
        if (conversions.isSingleColumn(type)) {
            ResolvableType wanted = ResolvableType.forClass(type);
            return row -> single(row, wanted);
        }
        return new ObjectRowMapper<>(type, conversions);
    }

    private Object single(Row row, ResolvableType type) {
        requireOneColumn(type.toClass(), row.columns());
        Object value = convert(row, 0, type, conversions);
        if (value == null) {
            throw new RowMappingException("column " + row.columns().get(0)
                    + " is NULL, which a stream cannot carry: use COALESCE or map to a record");
        }
        return value;
    }

    private static void requireOneColumn(Class<?> type, List<String> columns) {
        if (columns.size() != 1) {
            throw new RowMappingException("a " + type.getSimpleName() + " needs a query of one column, this one has "
                    + columns + ": select one column or map to a record");
        }
    }

    /** The value of a column as the type asks for it; null for NULL. */
    static @Nullable Object convert(Row row, int column, ResolvableType type, CorrosionConversions conversions) {
        Object value = row.get(column);
        if (value == null) {
            return null;
        }
        try {
            return conversions.read(value, type);
        } catch (CorrosionException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RowMappingException(
                    "column " + row.columns().get(column) + " holds "
                            + value.getClass().getSimpleName() + " '" + value + "', which is not a "
                            + type.toClass().getSimpleName() + ": " + e.getMessage(),
                    e);
        }
    }
}
