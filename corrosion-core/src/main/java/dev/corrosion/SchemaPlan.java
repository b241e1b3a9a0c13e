package dev.corrosion;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What it takes to bring a database to the declared schema, in the order in which it is done. Immutable.
 *
 * <p>The SQL of the steps is complete as far as the user's tables go. Beside it, the node renews the triggers that
 * record changes, and forgets the records of columns and tables that are gone.
 *
 * @param steps in order; none if the database is as declared
 */
public record SchemaPlan(List<Step> steps) {

    public SchemaPlan {
        steps = List.copyOf(steps);
    }

    /** Whether the database is as declared. */
    public boolean isEmpty() {
        return steps.isEmpty();
    }

    /** Whether a step drops or changes what holds data, so that {@code allow-destructive} is needed. */
    public boolean isDestructive() {
        return steps.stream().anyMatch(Step::isDestructive);
    }

    /** The steps for people, one a line. */
    @Override
    public String toString() {
        return isEmpty()
                ? "nothing to do"
                : steps.stream()
                        .map(step -> step.description() + (step.isDestructive() ? " (destructive)" : ""))
                        .collect(Collectors.joining("\n"));
    }

    /** A step. */
    public sealed interface Step {

        /** The statements that it runs, in order. */
        List<String> sql();

        /** What it does, in one line. */
        String description();

        /** Whether it drops or changes what holds data. */
        default boolean isDestructive() {
            return false;
        }
    }

    /** A new table, which is replicated from then on. */
    public record CreateTable(String table, List<String> sql) implements Step {

        public CreateTable {
            sql = List.copyOf(sql);
        }

        @Override
        public String description() {
            return "create the table " + table;
        }
    }

    /** A table that was there before it was declared becomes replicated; its rows become changes of this node. */
    public record AdoptTable(String table) implements Step {

        @Override
        public List<String> sql() {
            return List.of();
        }

        @Override
        public String description() {
            return "replicate the table " + table + " with the rows that it has";
        }
    }

    /** A new column. Existing rows hold its default; no change comes of it. */
    public record AddColumn(String table, String column, List<String> sql) implements Step {

        public AddColumn {
            sql = List.copyOf(sql);
        }

        @Override
        public String description() {
            return "add the column " + column + " to the table " + table;
        }
    }

    /** A column that is no longer declared goes, with its values. */
    public record DropColumn(String table, String column, List<String> sql) implements Step {

        public DropColumn {
            sql = List.copyOf(sql);
        }

        @Override
        public String description() {
            return "drop the column " + column + " of the table " + table + ", which is no longer declared";
        }

        @Override
        public boolean isDestructive() {
            return true;
        }
    }

    /**
     * A table is made anew and its rows are copied, since ALTER TABLE cannot do what is declared.
     *
     * @param reasons what is declared differently
     * @param isDestructive false if only columns are added
     */
    public record RebuildTable(String table, List<String> reasons, boolean isDestructive, List<String> sql)
            implements Step {

        public RebuildTable {
            reasons = List.copyOf(reasons);
            sql = List.copyOf(sql);
        }

        @Override
        public String description() {
            return "rebuild the table " + table + ": " + String.join("; ", reasons);
        }
    }

    /** A table that an earlier schema declared, and this one does not, goes with all its rows. */
    public record DropTable(String table, List<String> sql) implements Step {

        public DropTable {
            sql = List.copyOf(sql);
        }

        @Override
        public String description() {
            return "drop the table " + table + ", which is no longer declared";
        }

        @Override
        public boolean isDestructive() {
            return true;
        }
    }

    /** What a schema can declare beside tables. None of it holds data of its own. */
    public enum Kind {
        INDEX,
        VIEW,
        TRIGGER;

        /** As in SQL, in lower case. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A new index, view or trigger, or one that is made anew. */
    public record CreateObject(Kind kind, String name, List<String> sql) implements Step {

        public CreateObject {
            sql = List.copyOf(sql);
        }

        @Override
        public String description() {
            return "create the " + kind + " " + name;
        }
    }

    /**
     * An index, view or trigger that an earlier schema declared goes.
     *
     * @param replaced whether it is declared differently now, and a later step makes it anew
     */
    public record DropObject(Kind kind, String name, boolean replaced, List<String> sql) implements Step {

        public DropObject {
            sql = List.copyOf(sql);
        }

        @Override
        public String description() {
            return "drop the " + kind + " " + name
                    + (replaced ? ", to make it anew as it is declared now" : ", which is no longer declared");
        }
    }
}
