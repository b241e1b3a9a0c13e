package dev.corrosion.query;

import dev.corrosion.store.SqlNames;
import java.util.ArrayList;
import java.util.List;

/**
 * A table in a FROM clause.
 *
 * @param alias under which its columns are found
 * @param optional it is the right side of a LEFT JOIN: instead of its row there may be NULLs
 */
record Source(String alias, Table table, boolean optional) {

    /** The columns of its key, separated by commas. */
    String keys() {
        return String.join(", ", table.key().stream().map(this::qualified).toList());
    }

    /**
     * A condition that its key has a certain value.
     *
     * @param firstParameter number of the parameter of the first column
     */
    String keyIs(int firstParameter) {
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < table.key().size(); i++) {
            conditions.add(qualified(table.key().get(i)) + " = ?" + (firstParameter + i));
        }
        return String.join(" AND ", conditions);
    }

    /** Its name among the tables of {@link ChangedRows}. */
    String tableName() {
        return Catalog.lower(table.name());
    }

    private String qualified(KeyColumn column) {
        return SqlNames.quote(alias) + "." + SqlNames.quote(column.name());
    }
}
