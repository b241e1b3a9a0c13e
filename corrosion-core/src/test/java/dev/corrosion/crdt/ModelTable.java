package dev.corrosion.crdt;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table as declared: what SQLite needs to make it, and what the reference model needs to predict it.
 *
 * @param key the key columns in PRIMARY KEY order, which need not be the order of declaration
 * @param columns the others, without generated ones; in the order of the table
 * @param generated whether there is a column {@code gen} that is computed from the first other column
 * @param later columns that ALTER TABLE may add, in this order
 */
record ModelTable(
        String name,
        List<Column> key,
        List<Column> columns,
        boolean withoutRowid,
        boolean generated,
        List<Column> later) {

    enum ColumnType {
        NONE(""),
        INTEGER("INTEGER"),
        REAL("REAL"),
        TEXT("TEXT"),
        BLOB("BLOB");

        private final String sql;

        ColumnType(String sql) {
            this.sql = sql;
        }

        /** What a column of this type makes of a value, for the values that are used here. */
        @Nullable Object store(@Nullable Object value) {
            if (value instanceof Double real && real.isNaN()) {
                return null;
            }
            return switch (this) {
                case TEXT -> value instanceof Long number ? Long.toString(number) : value;
                case REAL -> real(numeric(value));
                case INTEGER -> integer(numeric(value));
                case NONE, BLOB -> value;
            };
        }

        /** Text that is a whole number or a real one becomes it; hexadecimal is not read. */
        private static @Nullable Object numeric(@Nullable Object value) {
            if (!(value instanceof String text) || !text.strip().matches("-?[0-9]+(\\.[0-9]+)?(e[0-9]+)?")) {
                return value;
            }
            BigDecimal number = new BigDecimal(text.strip());
            boolean fits =
                    text.strip().matches("-?[0-9]+") && number.toBigInteger().bitLength() < Long.SIZE;
            return fits ? (Object) number.longValue() : Double.valueOf(text.strip());
        }

        /** A column of type REAL keeps no sign of zero: what equals an integer is one on disk (D2). */
        private static @Nullable Object real(@Nullable Object value) {
            return value instanceof Number number ? (Object) (number.doubleValue() + 0.0) : value;
        }

        /** The two ends of the range stay real, for there rounding may have had a part. */
        private static @Nullable Object integer(@Nullable Object value) {
            return value instanceof Double real && real == Math.rint(real) && Math.abs(real) < 0x1p63
                    ? (Object) real.longValue()
                    : value;
        }
    }

    /**
     * A column.
     *
     * @param checked whether it refuses {@link #REFUSED}
     */
    record Column(
            String name,
            ColumnType type,
            boolean notNull,
            @Nullable Object defaultValue,
            boolean checked) {

        static final String REFUSED = "refused";

        boolean takes(@Nullable Object value) {
            return !(notNull && value == null) && !(checked && REFUSED.equals(value));
        }

        String sql() {
            String declared = Sql.name(name) + " " + type.sql;
            if (notNull) {
                declared += " NOT NULL";
            }
            if (defaultValue != null) {
                declared += " DEFAULT " + literal(defaultValue);
            }
            if (checked) {
                declared += " CHECK (" + Sql.name(name) + " IS NOT '" + REFUSED + "')";
            }
            return declared;
        }

        private static String literal(Object value) {
            return value instanceof String text ? Sql.text(text) : value.toString();
        }
    }

    String createSql() {
        List<Column> declared = new ArrayList<>(key);
        if (key.size() > 1) {
            declared.add(declared.remove(0)); // the key has another order than the table
        }
        declared.addAll(columns);
        String sql = declared.stream().map(Column::sql).collect(Collectors.joining(", "));
        if (generated) {
            sql += ", gen AS (typeof(" + Sql.name(columns.get(0).name()) + ")) "
                    + (withoutRowid ? "VIRTUAL" : "STORED");
        }
        String primary = key.stream().map(column -> Sql.name(column.name())).collect(Collectors.joining(", "));
        return "CREATE TABLE " + Sql.name(name) + " (" + sql + ", PRIMARY KEY (" + primary + "))"
                + (withoutRowid ? " WITHOUT ROWID" : "");
    }

    /** Whether the key is the number of the row, so that SQLite keeps the rows in its order. */
    boolean keyIsRowid() {
        return !withoutRowid && key.size() == 1 && key.get(0).type() == ColumnType.INTEGER;
    }

    ModelTable withNextColumn() {
        List<Column> more = new ArrayList<>(columns);
        more.add(later.get(0));
        return new ModelTable(name, key, more, withoutRowid, generated, later.subList(1, later.size()));
    }

    List<String> keyNames() {
        return key.stream().map(Column::name).toList();
    }

    /** All columns that a reader sees, in an order of our own. */
    List<String> visible() {
        List<String> names = new ArrayList<>(keyNames());
        columns.forEach(column -> names.add(column.name()));
        if (generated) {
            names.add("gen");
        }
        return names;
    }

    Column column(String column) {
        return columns.stream()
                .filter(one -> one.name().equals(column))
                .findFirst()
                .orElseThrow();
    }

    /** The values of a row of which only the key is known. */
    Map<String, @Nullable Object> defaults() {
        Map<String, @Nullable Object> values = new HashMap<>();
        columns.forEach(column -> values.put(column.name(), column.type().store(column.defaultValue())));
        return values;
    }

    static List<ModelTable> random(Random random) {
        List<ModelTable> tables = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            tables.add(random(random, List.of("t", "u", "some table").get(i)));
        }
        return tables;
    }

    private static ModelTable random(Random random, String name) {
        List<Column> key = new ArrayList<>();
        List<ColumnType> types =
                switch (random.nextInt(6)) {
                    case 0, 1 -> List.of(ColumnType.INTEGER);
                    case 2 -> List.of(ColumnType.TEXT);
                    case 3 -> List.of(ColumnType.BLOB);
                    case 4 -> List.of(ColumnType.INTEGER, ColumnType.TEXT);
                    default -> List.of(ColumnType.TEXT, ColumnType.BLOB, ColumnType.INTEGER);
                };
        for (ColumnType type : types) {
            key.add(new Column("k" + key.size(), type, true, null, false));
        }
        List<Column> columns = new ArrayList<>();
        int count = Math.max(0, random.nextInt(6) - 1);
        for (int i = 0; i < count; i++) {
            columns.add(randomColumn(random, "c" + i));
        }
        List<Column> later = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            later.add(randomColumn(random, "x0"));
            later.add(randomColumn(random, "x \"1"));
        }
        boolean withoutRowid = random.nextInt(3) == 0;
        boolean generated = !columns.isEmpty() && random.nextInt(4) == 0;
        return new ModelTable(name, List.copyOf(key), List.copyOf(columns), withoutRowid, generated, later);
    }

    private static Column randomColumn(Random random, String name) {
        ColumnType type = List.of(ColumnType.NONE, ColumnType.TEXT, ColumnType.INTEGER, ColumnType.REAL)
                .get(random.nextInt(4));
        boolean notNull = random.nextInt(4) == 0;
        Object value = notNull || random.nextInt(3) == 0 ? defaultOf(type) : null;
        return new Column(name, type, notNull, value, random.nextInt(4) == 0);
    }

    private static Object defaultOf(ColumnType type) {
        return switch (type) {
            case TEXT -> "it's default";
            case REAL -> (Object) 1.5;
            case INTEGER, NONE, BLOB -> 7L;
        };
    }
}
