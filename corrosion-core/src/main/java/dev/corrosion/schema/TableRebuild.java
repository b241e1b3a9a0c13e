package dev.corrosion.schema;

import static dev.corrosion.store.SqlNames.quote;

import dev.corrosion.SchemaPlan.RebuildTable;
import dev.corrosion.SchemaPlan.Step;
import dev.corrosion.schema.DeclaredSchema.Table;
import dev.corrosion.schema.PresentSchema.Item;
import dev.corrosion.schema.TableColumns.Column;
import dev.corrosion.store.SqlErrors;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The SQL that makes a table anew with its rows, in the order of <a
 * href="https://www.sqlite.org/lang_altertable.html#otheralter">"Making Other Kinds Of Table Schema Changes"</a>.
 *
 * <p>A cell that nobody ever wrote holds its column's default on every node. Where the default changes, these cells take
 * the new one, as they have it on a node that begins with the new schema.
 */
final class TableRebuild {

    /** Name of the new table until it takes the place of the old. */
    static final String NEW = PresentSchema.INTERNAL + "_rebuild";

    /** Temporary table of the cells of the old table that have been written. */
    static final String WRITTEN = "temp." + PresentSchema.INTERNAL + "_written";

    private TableRebuild() {}

    /**
     * @param replicated whether the table is replicated already, so that cells may never have been written
     * @param kept indexes and triggers of the table that stay as they are
     */
    static List<String> sql(Table table, TableColumns present, boolean replicated, List<Item> kept) {
        Map<String, String> copied = new LinkedHashMap<>();
        for (Column column : table.columns().columns()) {
            Optional<Column> before = present.find(column.name()).filter(old -> !old.generated());
            if (before.isPresent() && !column.generated()) {
                boolean sameDefault = sameDefault(column, before.get());
                copied.put(
                        quote(column.name()),
                        sameDefault || !replicated ? quote(column.name()) : writtenOrDefault(table, column));
            }
        }
        List<String> sql = new ArrayList<>();
        sql.add(create(table));
        sql.add("INSERT INTO " + quote(NEW) + " (" + String.join(", ", copied.keySet()) + ") SELECT "
                + String.join(", ", copied.values()) + " FROM " + quote(table.name()));
        sql.add("DROP TABLE " + quote(table.name()));
        // Else views that name the table, which is not there now, would make the renaming fail.
        sql.add("PRAGMA legacy_alter_table = ON");
        sql.add("ALTER TABLE " + quote(NEW) + " RENAME TO " + quote(table.name()));
        sql.add("PRAGMA legacy_alter_table = OFF");
        kept.forEach(item -> sql.add(item.sql()));
        return sql;
    }

    private static boolean sameDefault(Column column, Column before) {
        return column.key() > 0 || Objects.equals(column.defaultValue(), before.defaultValue());
    }

    private static String writtenOrDefault(Table table, Column column) {
        List<Column> key = table.columns().key();
        String isKey = IntStream.range(0, key.size())
                .mapToObj(i -> " AND w.k" + i + " = " + quote(table.name()) + "."
                        + quote(key.get(i).name()))
                .collect(Collectors.joining());
        return "iif(EXISTS (SELECT 1 FROM " + WRITTEN + " w WHERE w.cid = '"
                + column.name().replace("'", "''") + "'" + isKey + "), " + quote(column.name()) + ", "
                + defaultLiteral(table, column) + ")";
    }

    /**
     * Makes {@link #WRITTEN}: column names, and keys in columns of the same types, for otherwise SQLite would not look
     * them up by its index.
     */
    static String createWritten(List<Column> key) {
        StringBuilder keys = new StringBuilder();
        StringBuilder columns = new StringBuilder();
        for (int i = 0; i < key.size(); i++) {
            keys.append(", k").append(i);
            columns.append(", k").append(i).append(' ').append(quote(key.get(i).type()));
        }
        return "CREATE TABLE " + WRITTEN + " (cid TEXT" + columns + ", PRIMARY KEY (cid" + keys + ")) WITHOUT ROWID";
    }

    /** @throws dev.corrosion.SchemaException if the default would not be the same on every node */
    static String defaultLiteral(Table table, Column column) {
        TableBody.Definition definition = table.body().column(column.name()).orElseThrow();
        try {
            return Scratch.defaultLiteral(
                    column.name(), definition.text(table.statement().source().sql()));
        } catch (SQLException e) {
            throw table.statement()
                    .refused(
                            definition.first(),
                            "the table " + table.name() + " cannot be changed: rows that are there take the DEFAULT of"
                                    + " the column " + column.name() + ", which must be the same on every node; give a"
                                    + " constant. SQLite says: "
                                    + SqlErrors.reason(e),
                            e);
        }
    }

    private static String create(Table table) {
        List<SqlToken> tokens = SqlTokenizer.tokenize(table.sql());
        int open = 0;
        while (!tokens.get(open).is("(")) {
            open++;
        }
        return "CREATE TABLE " + quote(NEW) + " "
                + table.sql().substring(tokens.get(open).start());
    }

    /** SQLite's words about the new table, as if it had its name already. */
    static String inTheNameOf(Step step, String reason) {
        return step instanceof RebuildTable rebuild ? reason.replace(NEW, rebuild.table()) : reason;
    }
}
