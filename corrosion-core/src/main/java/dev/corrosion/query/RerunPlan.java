package dev.corrosion.query;

import java.util.List;

/**
 * The query runs again as a whole.
 *
 * @param columns names of the result's columns
 * @param keyColumns columns of the result that hold the whole primary key of every table read, or none
 */
record RerunPlan(String sql, List<String> columns, List<Integer> keyColumns, String reason) implements Plan {

    RerunPlan because(String why) {
        return new RerunPlan(
                sql,
                columns,
                keyColumns,
                "it runs again as a whole when something that it reads has changed, because " + why);
    }

    @Override
    public int tier() {
        return 4;
    }

    @Override
    public List<String> statements() {
        return List.of(sql);
    }
}
