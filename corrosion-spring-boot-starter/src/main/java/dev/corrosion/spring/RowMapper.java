package dev.corrosion.spring;

import dev.corrosion.Row;

/** Makes an object of a row. Must not return null and should not block: it may run for every row of a large result. */
@FunctionalInterface
public interface RowMapper<T> {

    T map(Row row);
}
