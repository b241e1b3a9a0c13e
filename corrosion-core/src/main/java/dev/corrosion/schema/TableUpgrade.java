package dev.corrosion.schema;

import static dev.corrosion.store.SqlNames.quote;

import dev.corrosion.SchemaException;
import dev.corrosion.schema.DeclaredSchema.Table;
import dev.corrosion.schema.TableBody.Definition;
import dev.corrosion.schema.TableColumns.Column;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From a table as it is to the table as declared. Columns are added; everything else would lose data or make nodes
 * disagree, and is refused.
 */
final class TableUpgrade {

    private static final String ADVICE =
            ". Only new columns can be added; for anything else declare a new table and copy the rows";

    private final Table declared;
    private final TableColumns present;
    private final TableBody presentBody;

    private TableUpgrade(Table declared, TableColumns present, TableBody presentBody) {
        this.declared = declared;
        this.present = present;
        this.presentBody = presentBody;
    }

    /**
     * The statements that bring the table to its declaration; none if it is there already.
     *
     * @param presentSql the CREATE TABLE statement that SQLite keeps
     * @throws SchemaException if that would need more than new columns
     */
    static List<String> plan(Connection connection, Table declared, String presentSql) throws SQLException {
        TableUpgrade upgrade = new TableUpgrade(
                declared,
                TableColumns.read(connection, declared.name()),
                TableBody.of(SqlTokenizer.tokenize(presentSql)));
        upgrade.refuseChangedOptions();
        upgrade.refuseLostColumns();
        upgrade.refuseChangedColumns();
        upgrade.refuseChangedText();
        return upgrade.additions();
    }

    private void refuseLostColumns() {
        for (Column column : present.columns()) {
            if (declared.columns().find(column.name()).isEmpty()) {
                throw refused(
                        null,
                        "the column " + column.name() + " is in the database but not declared. Columns are"
                                + " never dropped, since other nodes may still write them: keep declaring it");
            }
        }
    }

    private void refuseChangedColumns() {
        for (Column column : declared.columns().columns()) {
            Column before = present.find(column.name()).orElse(null);
            String difference = before == null ? null : column.differenceTo(before);
            if (before == null && column.key() > 0) {
                difference = "a place in the primary key";
            }
            if (difference != null) {
                throw refused(at(column), "the column " + column.name() + " is declared with " + difference + ADVICE);
            }
        }
    }

    private void refuseChangedOptions() {
        if (!declared.body().options().equals(presentBody.options())) {
            throw refused(
                    null,
                    "it is declared with the options '" + declared.body().options() + "' instead of '"
                            + presentBody.options() + "'" + ADVICE);
        }
    }

    /** Collations, checks and generated values are in the text only. */
    private void refuseChangedText() {
        Set<String> before =
                presentBody.definitions().stream().map(Definition::normal).collect(Collectors.toSet());
        for (Definition definition : declared.body().definitions()) {
            boolean added = !definition.isConstraint()
                    && present.find(definition.tokens().get(0).name()).isEmpty();
            if (!added && !before.contains(definition.normal())) {
                throw refused(
                        definition.tokens().get(0),
                        "'" + definition.text(declared.statement().source().sql())
                                + "' is declared differently in the database" + ADVICE);
            }
        }
        Set<String> after =
                declared.body().definitions().stream().map(Definition::normal).collect(Collectors.toSet());
        for (Definition definition : presentBody.definitions()) {
            if (!after.contains(definition.normal())) {
                throw refused(null, "the database also has '" + definition.normal() + "'" + ADVICE);
            }
        }
    }

    private List<String> additions() {
        List<String> statements = new ArrayList<>();
        for (Column column : declared.columns().columns()) {
            if (present.find(column.name()).isEmpty()) {
                declared.body()
                        .column(column.name())
                        .ifPresent(definition -> statements.add("ALTER TABLE " + quote(declared.name())
                                + " ADD COLUMN "
                                + definition.text(declared.statement().source().sql())));
            }
        }
        return statements;
    }

    private @Nullable SqlToken at(Column column) {
        return declared.body()
                .column(column.name())
                .map(definition -> definition.tokens().get(0))
                .orElse(null);
    }

    private SchemaException refused(@Nullable SqlToken at, String why) {
        return declared.statement().refused(at, "the table " + declared.name() + " cannot be changed: " + why, null);
    }
}
