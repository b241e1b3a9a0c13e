package dev.corrosion.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A random schema: tables with keys of all kinds, indexes, and a view of each table.
 *
 * @param dense there are few values, so that most conditions are met by some rows
 */
public record OracleSchema(List<OracleTable> tables, boolean dense) {

    private static final List<String> TYPES = List.of("TEXT", "INTEGER", "REAL", "BLOB", "", "NUMERIC", "VARCHAR(10)");

    private static final List<String> KEY_TYPES = List.of("TEXT", "TEXT", "INTEGER", "REAL", "BLOB", "NUMERIC");

    /** A few values, so that many are equal or nearly so. */
    private static final List<@Nullable Object> VALUES = values();

    private static final List<@Nullable Object> FEW = Arrays.asList(null, 1L, 2L, "a", "A", "1");

    /**
     * A table.
     *
     * @param key positions of the key's columns in the order in which it declares them
     */
    public record OracleTable(String name, List<OracleColumn> columns, List<Integer> key, boolean withoutRowid) {
        public List<String> keyNames() {
            return key.stream().map(i -> columns.get(i).name()).toList();
        }

        String ddl() {
            List<String> parts =
                    columns.stream().map(OracleColumn::ddl).collect(Collectors.toCollection(ArrayList::new));
            parts.add("PRIMARY KEY (" + String.join(", ", keyNames()) + ")");
            return "CREATE TABLE " + name + " (" + String.join(", ", parts) + ")"
                    + (withoutRowid ? " WITHOUT ROWID" : "");
        }
    }

    public record OracleColumn(String name, String type, String constraint) {
        String ddl() {
            return (name + " " + type + " " + constraint).strip();
        }

        /** Of a type that does not mix 1 and 1.0, and compared by its bytes. */
        boolean isPlain() {
            return !type.isEmpty() && !type.equals("BLOB") && !constraint.contains("COLLATE");
        }
    }

    static OracleSchema random(Random random) {
        return random(random, false);
    }

    /** With keys that replicated tables may have. */
    public static OracleSchema replicated(Random random) {
        return random(random, true);
    }

    private static OracleSchema random(Random random, boolean replicated) {
        List<OracleTable> tables = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            tables.add(table(random, "t" + i, replicated));
        }
        return new OracleSchema(tables, random.nextInt(3) > 0);
    }

    public List<String> ddl(Random random) {
        List<String> statements = new ArrayList<>();
        for (OracleTable table : tables) {
            statements.add(table.ddl());
            statements.add("CREATE VIEW v_" + table.name() + " AS SELECT * FROM " + table.name());
            statements.add("CREATE VIEW k_" + table.name() + " AS SELECT k0 FROM " + table.name());
            if (random.nextBoolean()) {
                OracleColumn column =
                        table.columns().get(random.nextInt(table.columns().size()));
                statements.add("CREATE INDEX i_" + table.name() + " ON " + table.name() + " (" + column.name() + ")");
            }
        }
        return statements;
    }

    @Nullable Object value(Random random) {
        List<@Nullable Object> values = dense && random.nextInt(10) > 0 ? FEW : VALUES;
        return values.get(random.nextInt(values.size()));
    }

    private static OracleTable table(Random random, String name, boolean replicated) {
        List<OracleColumn> columns = new ArrayList<>();
        boolean rowidAlias = random.nextInt(4) == 0;
        boolean withoutRowid = !rowidAlias && random.nextInt(3) == 0;
        int keys = rowidAlias ? 1 : 1 + random.nextInt(2);
        List<Integer> key = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            key.add(random.nextBoolean() ? 0 : key.size(), i);
            columns.add(
                    rowidAlias
                            ? new OracleColumn("k" + i, "INTEGER", "")
                            : replicated ? replicatedKey(random, "k" + i) : key(random, "k" + i));
        }
        int others = 1 + random.nextInt(4);
        for (int i = 0; i < others; i++) {
            columns.add(new OracleColumn(
                    "abcd".substring(i, i + 1), TYPES.get(random.nextInt(TYPES.size())), collation(random)));
        }
        if (random.nextInt(6) == 0) {
            columns.add(new OracleColumn("g", "", "AS (" + columns.get(keys).name() + " || 'x')"));
        }
        return new OracleTable(name, List.copyOf(columns), List.copyOf(key), withoutRowid);
    }

    private static OracleColumn key(Random random, String name) {
        return new OracleColumn(
                name,
                TYPES.get(random.nextInt(TYPES.size())),
                collation(random) + (random.nextInt(3) > 0 ? " NOT NULL" : ""));
    }

    private static OracleColumn replicatedKey(Random random, String name) {
        return new OracleColumn(name, KEY_TYPES.get(random.nextInt(KEY_TYPES.size())), "NOT NULL");
    }

    private static String collation(Random random) {
        int choice = random.nextInt(8);
        return choice == 0 ? "COLLATE NOCASE" : choice == 1 ? "COLLATE RTRIM" : "";
    }

    private static List<@Nullable Object> values() {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(null);
        values.addAll(List.of(0L, 1L, 1.0, 2L, 3L, -1L, 2.5, -0.0, 0.0));
        values.addAll(
                List.of("", "a", "A", "b", "a ", "B  ", "1", "1.0", "2", " 1", "ä", "Ä", "\uD83D\uDE00", "\uFF5E"));
        values.addAll(List.of("a\0b", "A\0c", "x'y"));
        values.addAll(List.of(9007199254740993L, 9007199254740992.0, Long.MAX_VALUE, 0x1p63));
        values.add(new byte[0]);
        values.add(new byte[] {1});
        values.add(new byte[] {'a'});
        return values;
    }
}
