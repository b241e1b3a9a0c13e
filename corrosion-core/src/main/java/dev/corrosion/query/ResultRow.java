package dev.corrosion.query;

import dev.corrosion.Row;

/**
 * A row of a kept result.
 *
 * @param id stable and unique within one {@link Evaluation}
 * @param row its values now
 */
public record ResultRow(long id, Row row) {}
