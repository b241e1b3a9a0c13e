package dev.corrosion.query;

import dev.corrosion.Statement;
import dev.corrosion.query.OracleSchema.OracleColumn;
import dev.corrosion.query.OracleSchema.OracleTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random statements that write: rows that come, go, change, are replaced, or change their keys. */
public final class OracleWrites {

    private final Random random;
    private final OracleSchema schema;

    public OracleWrites(Random random, OracleSchema schema) {
        this.random = random;
        this.schema = schema;
    }

    /** A statement, which may violate a constraint. */
    public Statement next() {
        OracleTable table = schema.tables().get(random.nextInt(schema.tables().size()));
        List<@Nullable Object> values = new ArrayList<>();
        String sql =
                switch (random.nextInt(6)) {
                    case 0, 1, 2 -> insert(table, values);
                    case 3 -> {
                        values.add(schema.value(random));
                        values.add(schema.value(random));
                        yield "UPDATE OR IGNORE " + table.name() + " SET " + column(table) + " = ?1 WHERE "
                                + column(table) + (random.nextInt(3) == 0 ? " > " : " = ") + "?2";
                    }
                    case 4 -> {
                        values.add(schema.value(random));
                        yield "UPDATE OR REPLACE " + table.name() + " SET " + column(table) + " = ?1 WHERE "
                                + table.keyNames().get(0) + " = (SELECT "
                                + table.keyNames().get(0) + " FROM " + table.name()
                                + " LIMIT 1 OFFSET " + random.nextInt(6) + ")";
                    }
                    default -> {
                        values.add(schema.value(random));
                        yield "DELETE FROM " + table.name() + " WHERE " + column(table) + " IS ?1 OR "
                                + table.keyNames().get(0) + " = ?1";
                    }
                };
        return new Statement(sql, values, Map.of());
    }

    /** One that changes a column outside the key in all rows of a table. */
    public Statement everywhere() {
        OracleTable table = schema.tables().get(random.nextInt(schema.tables().size()));
        List<String> columns = table.columns().stream()
                .map(OracleColumn::name)
                .filter(name -> !name.equals("g") && !table.keyNames().contains(name))
                .toList();
        String column = columns.get(random.nextInt(columns.size()));
        String value = random.nextInt(4) == 0
                ? "?1"
                : "coalesce(nullif(" + table.keyNames().get(0) + ", " + column + "), ?1)";
        return Statement.of("UPDATE " + table.name() + " SET " + column + " = " + value, schema.value(random));
    }

    private String insert(OracleTable table, List<@Nullable Object> values) {
        List<String> names = new ArrayList<>();
        List<String> places = new ArrayList<>();
        table.columns().stream().filter(column -> !column.name().equals("g")).forEach(column -> {
            names.add(column.name());
            values.add(schema.value(random));
            places.add("?" + values.size());
        });
        return "INSERT OR " + (random.nextBoolean() ? "REPLACE" : "IGNORE") + " INTO " + table.name() + " ("
                + String.join(", ", names) + ") VALUES (" + String.join(", ", places) + ")";
    }

    private String column(OracleTable table) {
        String name =
                table.columns().get(random.nextInt(table.columns().size())).name();
        return name.equals("g") ? "k0" : name;
    }
}
