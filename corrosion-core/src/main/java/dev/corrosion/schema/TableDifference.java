package dev.corrosion.schema;

import dev.corrosion.SchemaException;
import dev.corrosion.schema.DeclaredSchema.Table;
import dev.corrosion.schema.TableBody.Definition;
import dev.corrosion.schema.TableColumns.Column;
import dev.corrosion.store.SqlToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a table as declared differs from the table as it is.
 *
 * @param added columns that are declared only
 * @param lost columns that the database has only
 * @param changes everything else, in words
 */
record TableDifference(List<Column> added, List<Column> lost, List<Change> changes) {

    /**
     * A difference that ALTER TABLE cannot bring about.
     *
     * @param at what declares it; null stands for the whole table
     */
    record Change(@Nullable SqlToken at, String what) {}

    /** @throws SchemaException if the difference is one that nothing can bring about: another key, another spelling */
    static TableDifference of(Table declared, TableColumns present, TableBody presentBody) {
        refuseOtherKey(declared, present);
        refuseOtherSpelling(declared, present);
        List<Column> added = declared.columns().columns().stream()
                .filter(column -> present.find(column.name()).isEmpty())
                .toList();
        List<Column> lost = present.columns().stream()
                .filter(column -> declared.columns().find(column.name()).isEmpty())
                .toList();
        List<Change> changes = new ArrayList<>();
        if (!declared.body().options().equals(presentBody.options())) {
            changes.add(new Change(
                    null,
                    "it is declared with the options '" + declared.body().options() + "' instead of '"
                            + presentBody.options() + "'"));
        }
        Set<String> changed = addChangedColumns(declared, present, changes);
        addChangedText(declared, present, presentBody, changed, changes);
        addTextOfOld(declared, presentBody, changes);
        return new TableDifference(added, lost, List.copyOf(changes));
    }

    boolean isEmpty() {
        return added.isEmpty() && lost.isEmpty() && changes.isEmpty();
    }

    private static void refuseOtherKey(Table declared, TableColumns present) {
        String now = describeKey(declared.columns());
        String before = describeKey(present);
        if (!now.equalsIgnoreCase(before)) {
            throw refused(
                    declared,
                    declared.columns().key().stream().findFirst().flatMap(column -> declared.body()
                            .column(column.name())),
                    "its primary key is declared as (" + now + ") but is (" + before + ") in the database. The key is"
                            + " what tells rows apart on all nodes, and what their changes are kept under, so it never"
                            + " changes: declare a new table and copy the rows");
        }
    }

    private static String describeKey(TableColumns columns) {
        return columns.key().stream()
                .map(column -> (column.name() + " " + column.type()).strip())
                .collect(Collectors.joining(", "));
    }

    private static void refuseOtherSpelling(Table declared, TableColumns present) {
        for (Column column : declared.columns().columns()) {
            Optional<Column> before = present.find(column.name());
            if (before.isPresent() && !before.get().name().equals(column.name())) {
                throw refused(
                        declared,
                        declared.body().column(column.name()),
                        "the column " + column.name() + " is called "
                                + before.get().name()
                                + " in the database; nodes tell columns apart by their exact names");
            }
        }
    }

    private static Set<String> addChangedColumns(Table declared, TableColumns present, List<Change> changes) {
        return declared.columns().columns().stream()
                .filter(column -> {
                    Optional<String> difference = present.find(column.name()).map(column::differenceTo);
                    difference.ifPresent(what -> changes.add(new Change(
                            declared.body()
                                    .column(column.name())
                                    .map(Definition::first)
                                    .orElse(null),
                            "the column " + column.name() + " is declared with " + what)));
                    return difference.isPresent();
                })
                .map(Column::name)
                .collect(Collectors.toSet());
    }

    /** Collations, checks and generated values are in the text only. */
    private static void addChangedText(
            Table declared, TableColumns present, TableBody presentBody, Set<String> changed, List<Change> changes) {
        Set<String> before = normal(presentBody);
        for (Definition definition : declared.body().definitions()) {
            String name = definition.first().name();
            boolean known = !definition.isConstraint()
                    && (changed.contains(name) || present.find(name).isEmpty());
            if (!known && !before.contains(definition.normal())) {
                changes.add(new Change(
                        definition.first(),
                        "'" + definition.text(declared.statement().source().sql())
                                + "' is declared differently in the database"));
            }
        }
    }

    private static void addTextOfOld(Table declared, TableBody presentBody, List<Change> changes) {
        Set<String> after = normal(declared.body());
        for (Definition definition : presentBody.definitions()) {
            if (definition.isConstraint() && !after.contains(definition.normal())) {
                changes.add(new Change(null, "the database also has '" + definition.normal() + "'"));
            }
        }
    }

    private static Set<String> normal(TableBody body) {
        return body.definitions().stream().map(Definition::normal).collect(Collectors.toSet());
    }

    private static SchemaException refused(Table declared, Optional<Definition> at, String why) {
        return declared.statement()
                .refused(
                        at.map(Definition::first).orElse(null),
                        "the table " + declared.name() + " cannot be changed: " + why,
                        null);
    }
}
