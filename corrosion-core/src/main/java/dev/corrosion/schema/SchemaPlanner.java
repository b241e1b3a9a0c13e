package dev.corrosion.schema;

import static dev.corrosion.store.SqlNames.quote;

import dev.corrosion.SchemaException;
import dev.corrosion.SchemaPlan.AddColumn;
import dev.corrosion.SchemaPlan.AdoptTable;
import dev.corrosion.SchemaPlan.CreateObject;
import dev.corrosion.SchemaPlan.CreateTable;
import dev.corrosion.SchemaPlan.DropColumn;
import dev.corrosion.SchemaPlan.DropObject;
import dev.corrosion.SchemaPlan.DropTable;
import dev.corrosion.SchemaPlan.Kind;
import dev.corrosion.SchemaPlan.RebuildTable;
import dev.corrosion.SchemaPlan.Step;
import dev.corrosion.schema.DeclaredSchema.Other;
import dev.corrosion.schema.DeclaredSchema.Table;
import dev.corrosion.schema.PresentSchema.Item;
import dev.corrosion.schema.TableColumns.Column;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From what is there to what is declared. Reads only.
 *
 * <p>Indexes, views and triggers that go, or are made anew, go first, so that they are not in the way of changes to
 * tables; those that come, come last.
 */
final class SchemaPlanner {

    private final Connection connection;
    private final DeclaredSchema declared;
    private final PresentSchema present;
    private final SchemaMemory memory;
    private final Set<String> replicated;
    private final boolean allowDestructive;

    /** Indexes, views and triggers that a step of the plan drops. */
    private final Set<Item> dropped = new LinkedHashSet<>();

    private final List<PlannedStep> steps = new ArrayList<>();

    /** @param replicated names of the tables that are replicated already, as far as they are known */
    SchemaPlanner(
            Connection connection,
            DeclaredSchema declared,
            PresentSchema present,
            SchemaMemory memory,
            Set<String> replicated,
            boolean allowDestructive) {
        this.connection = connection;
        this.declared = declared;
        this.present = present;
        this.memory = memory;
        this.replicated = replicated;
        this.allowDestructive = allowDestructive;
    }

    /** @throws SchemaException if no plan leads there */
    List<PlannedStep> plan() throws SQLException {
        dropOthers();
        for (Table table : declared.tables()) {
            plan(table);
        }
        dropTables();
        createOthers();
        return List.copyOf(steps);
    }

    private void add(Step step) {
        steps.add(new PlannedStep(step, null, null));
    }

    private void add(Step step, SchemaStatement statement) {
        steps.add(new PlannedStep(step, statement, null));
    }

    /** Triggers before the views and tables that they are on, which would take them along. */
    private void dropOthers() {
        for (Kind kind : List.of(Kind.TRIGGER, Kind.VIEW, Kind.INDEX)) {
            for (Item item : present.items()) {
                if (!item.type().equals(kind.toString())) {
                    continue;
                }
                List<String> drop = List.of("DROP " + kind.name() + " " + quote(item.name()));
                Other other = declared.other(kind, item.name()).orElse(null);
                if (other == null && memory.has(kind, item.name()) && !staysWithItsTable(item)) {
                    dropped.add(item);
                    add(new DropObject(kind, item.name(), false, drop));
                } else if (other != null && !item.isMadeBy(other.sql())) {
                    dropped.add(item);
                    add(new DropObject(kind, item.name(), true, drop), other.statement());
                }
            }
        }
    }

    /** A table that is no longer declared stays, with its indexes and triggers, or goes with them. */
    private boolean staysWithItsTable(Item item) {
        return present.table(item.target()).isPresent()
                && declared.table(item.target()).isEmpty();
    }

    private void plan(Table table) throws SQLException {
        Item there = present.table(table.name()).orElse(null);
        if (there == null) {
            add(new CreateTable(table.name(), List.of(table.sql())), table.statement());
            return;
        }
        if (!there.name().equals(table.name())) {
            throw table.statement()
                    .refused("the table is called " + there.name()
                            + " in the database; nodes tell tables apart by their exact names");
        }
        refuseUniqueIndexes(table);
        alter(table, there);
        if (!replicated.contains(table.name())) {
            add(new AdoptTable(table.name()), table.statement());
        }
    }

    private void refuseUniqueIndexes(Table table) {
        for (Item item : present.dependents(table.name())) {
            if (item.isUniqueIndex() && !dropped.contains(item)) {
                throw table.statement()
                        .refused("the table " + table.name() + " cannot be replicated: the database has the index "
                                + item.name() + " on it, and " + ReplicationRules.UNIQUE + ". Drop the index");
            }
        }
    }

    private void alter(Table table, Item there) throws SQLException {
        TableColumns columns = TableColumns.read(connection, table.name());
        TableDifference difference =
                TableDifference.of(table, columns, TableBody.of(SqlTokenizer.tokenize(there.sql())));
        if (difference.isEmpty()) {
            return;
        }
        for (Column column : difference.added()) {
            if (!column.generated()) {
                TableRebuild.defaultLiteral(table, column); // refuses what is not the same everywhere
            }
        }
        Map<String, String> additions = new LinkedHashMap<>();
        for (Column column : difference.added()) {
            additions.put(column.name(), addition(table, column));
        }
        Map<String, String> removals = new LinkedHashMap<>();
        for (Column column : difference.lost()) {
            removals.put(column.name(), "ALTER TABLE " + quote(table.name()) + " DROP COLUMN " + quote(column.name()));
        }
        boolean stored = difference.added().stream().anyMatch(Column::stored); // which SQLite refuses to add
        if (stored || !difference.changes().isEmpty() || !canDrop(table, there, removals.values())) {
            rebuild(table, columns, difference);
            return;
        }
        additions.forEach((column, sql) -> add(new AddColumn(table.name(), column, List.of(sql)), table.statement()));
        removals.forEach((column, sql) -> add(new DropColumn(table.name(), column, List.of(sql)), table.statement()));
    }

    private static String addition(Table table, Column column) {
        return "ALTER TABLE " + quote(table.name()) + " ADD COLUMN "
                + table.body()
                        .column(column.name())
                        .orElseThrow()
                        .text(table.statement().source().sql());
    }

    /** SQLite does not drop a column that an index, a constraint or another column uses. */
    private boolean canDrop(Table table, Item there, Collection<String> removals) throws SQLException {
        List<String> before = new ArrayList<>(List.of(there.sql()));
        kept(table.name()).stream()
                .filter(item -> item.type().equals(Kind.INDEX.toString()))
                .forEach(item -> before.add(item.sql()));
        return Scratch.takes(before, removals);
    }

    private void rebuild(Table table, TableColumns columns, TableDifference difference) {
        List<String> reasons = new ArrayList<>();
        difference.added().forEach(column -> reasons.add("the column " + column.name() + " is new"));
        difference.lost().forEach(column -> reasons.add("the column " + column.name() + " is no longer declared"));
        difference.changes().forEach(change -> reasons.add(change.what()));
        boolean knownCells = replicated.contains(table.name());
        Step step = new RebuildTable(
                table.name(),
                reasons,
                !difference.lost().isEmpty() || !difference.changes().isEmpty(),
                TableRebuild.sql(table, columns, knownCells, kept(table.name())));
        SqlToken at = difference.changes().isEmpty()
                ? null
                : difference.changes().get(0).at();
        steps.add(new PlannedStep(step, table.statement(), at));
    }

    /** Indexes and triggers of a table or view that no step drops. */
    private List<Item> kept(String target) {
        return present.dependents(target).stream()
                .filter(item -> !dropped.contains(item))
                .toList();
    }

    /** A schema without any table is more likely a mistake than a wish to lose everything. */
    private void dropTables() {
        if (!allowDestructive || declared.tables().isEmpty()) {
            return;
        }
        for (Item item : present.items()) {
            boolean ours = memory.hasTable(item.name()) || replicated.contains(item.name());
            if (item.type().equals(PresentSchema.TABLE)
                    && ours
                    && declared.table(item.name()).isEmpty()) {
                add(new DropTable(item.name(), List.of("DROP TABLE " + quote(item.name()))));
            }
        }
    }

    private void createOthers() {
        for (Other other : declared.others()) {
            Item there = present.find(other.kind(), other.name()).orElse(null);
            if (there == null || dropped.contains(there)) {
                List<String> sql = new ArrayList<>(List.of(other.sql()));
                if (other.kind() == Kind.VIEW && there != null) {
                    kept(other.name()).forEach(trigger -> sql.add(trigger.sql()));
                }
                add(new CreateObject(other.kind(), other.name(), sql), other.statement());
            }
        }
    }
}
