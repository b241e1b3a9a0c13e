package dev.corrosion.query;

import java.util.List;
import java.util.Optional;

/**
 * A table of the database.
 *
 * @param name as declared
 * @param columns all, in order
 * @param key the columns of its primary key in the order in which it declares them; empty if it has none or one whose
 *     collation is not built in
 */
record Table(String name, List<Column> columns, List<KeyColumn> key) {

    Optional<Column> column(String columnName) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(columnName))
                .findFirst();
    }
}
