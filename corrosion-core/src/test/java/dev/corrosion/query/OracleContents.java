package dev.corrosion.query;

import dev.corrosion.query.OracleSchema.OracleColumn;
import dev.corrosion.query.OracleSchema.OracleTable;
import dev.corrosion.store.SqlValues;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is in all tables at one time: by key the values of the row, or of all its rows if a key is not unique, since it has a
 * NULL.
 */
record OracleContents(OracleSchema schema, Map<OracleTable, Map<List<@Nullable Object>, List<@Nullable Object>>> rows) {

    static OracleContents of(Connection connection, OracleSchema schema) throws SQLException {
        Map<OracleTable, Map<List<@Nullable Object>, List<@Nullable Object>>> tables = new HashMap<>();
        for (OracleTable table : schema.tables()) {
            Map<List<@Nullable Object>, List<@Nullable Object>> rows = new HashMap<>();
            int keys = table.key().size();
            String names = table.columns().stream().map(OracleColumn::name).collect(Collectors.joining(", "))
                    + (table.withoutRowid() ? ", 0" : ", rowid");
            try (Statement statement = connection.createStatement();
                    ResultSet read = statement.executeQuery(
                            "SELECT " + String.join(", ", table.keyNames()) + ", " + names + " FROM " + table.name())) {
                while (read.next()) {
                    rows.computeIfAbsent(values(read, 1, keys), key -> new ArrayList<>())
                            .addAll(values(read, keys + 1, table.columns().size() + 1));
                }
            }
            tables.put(table, rows);
        }
        return new OracleContents(schema, tables);
    }

    /** What changed up to a later time, told more or less exactly. */
    ChangedRows difference(OracleContents later, Cause cause, Random random) {
        ChangedRows.Builder changed = new ChangedRows.Builder();
        boolean columnsKnown = random.nextBoolean();
        for (OracleTable table : schema.tables()) {
            Map<List<@Nullable Object>, List<@Nullable Object>> old = Objects.requireNonNull(rows.get(table));
            Map<List<@Nullable Object>, List<@Nullable Object>> now = Objects.requireNonNull(later.rows.get(table));
            Set<List<@Nullable Object>> keys = new HashSet<>(old.keySet());
            keys.addAll(now.keySet());
            List<List<@Nullable Object>> changes = keys.stream()
                    .filter(key -> !Objects.equals(old.get(key), now.get(key)))
                    .collect(Collectors.toCollection(ArrayList::new));
            if (!changes.isEmpty() && random.nextInt(20) == 0) {
                changed.all(table.name(), cause);
                continue;
            }
            Collections.shuffle(changes, random);
            for (List<@Nullable Object> key : changes) {
                List<@Nullable Object> before = old.get(key);
                List<@Nullable Object> after = now.get(key);
                if (columnsKnown && before != null && after != null && isUpdate(before, after)) {
                    changed.updated(table.name(), plain(key), changedColumns(table, before, after), cause);
                } else {
                    changed.row(table.name().toUpperCase(Locale.ROOT), plain(key), cause);
                }
            }
        }
        return changed.build();
    }

    /** Not so for a row that was replaced, which is another then: the last value is the rowid. */
    private static boolean isUpdate(List<@Nullable Object> before, List<@Nullable Object> after) {
        return before.size() == after.size()
                && Objects.equals(before.get(before.size() - 1), after.get(after.size() - 1));
    }

    /** Generated columns are not told, as triggers do not tell them. */
    private static List<String> changedColumns(
            OracleTable table, List<@Nullable Object> before, List<@Nullable Object> after) {
        List<String> columns = new ArrayList<>();
        int width = table.columns().size() + 1;
        for (int i = 0; i < before.size(); i++) {
            if (!Objects.equals(before.get(i), after.get(i)) && i % width < width - 1) {
                columns.add(table.columns().get(i % width).name());
            }
        }
        return columns.stream().filter(name -> !name.equals("g")).toList();
    }

    private static List<@Nullable Object> values(ResultSet read, int first, int count) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object value = SqlValues.read(read, first + i);
            values.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
        }
        return values;
    }

    private static List<@Nullable Object> plain(List<@Nullable Object> key) {
        List<@Nullable Object> plain = new ArrayList<>();
        key.forEach(value -> plain.add(Keys.bindable(value)));
        return plain;
    }
}
