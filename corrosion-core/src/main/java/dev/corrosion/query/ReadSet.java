package dev.corrosion.query;

import dev.corrosion.query.Program.Instruction;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a query reads. The tables are those that SQLite's own compiler sees: the program of the query opens b-trees by
 * their root page, and the schema says whose root page that is. So they are right for views, common table expressions and
 * every syntax. The columns are those whose names occur in the text, which may be too many but not too few, and those of the
 * indexes that it opens.
 *
 * @param columns the columns by table, both in lower case
 * @param everything a virtual table is read, whose sources are not known: any change may matter
 */
public record ReadSet(Map<String, Set<String>> columns, boolean everything) {

    public ReadSet {
        columns = Collections.unmodifiableMap(new TreeMap<>(columns));
    }

    /** The tables, in lower case. */
    public Set<String> tables() {
        return columns.keySet();
    }

    /** Whether the changes may change the result. */
    public boolean touchedBy(ChangedRows changed) {
        return everything ? !changed.isEmpty() : changed.tables().stream().anyMatch(table -> reads(changed, table));
    }

    /** Whether a written row may change the result. */
    boolean touchedBy(WrittenRow row) {
        Set<String> read = columns.get(row.table());
        return everything || (read != null && (row.columns() == null || !Collections.disjoint(row.columns(), read)));
    }

    /** The last transaction that changed what is read. */
    @Nullable Cause lastCause(ChangedRows changed) {
        ChangedRows.@Nullable Table last = null;
        for (String name : changed.tables()) {
            ChangedRows.Table table = changed.table(name);
            if (table != null
                    && (everything || reads(changed, name))
                    && (last == null || table.order() > last.order())) {
                last = table;
            }
        }
        return last == null ? null : last.last();
    }

    private boolean reads(ChangedRows changed, String name) {
        ChangedRows.Table table = changed.table(name);
        Set<String> read = columns.get(name);
        return table != null
                && read != null
                && (table.columns() == null || !Collections.disjoint(table.columns(), read));
    }

    static ReadSet of(Program program, Catalog catalog, Names names) {
        Map<String, Set<String>> tables = new TreeMap<>();
        boolean everything = false;
        for (Instruction step : program.instructions()) {
            if (step.is("VOpen")) {
                everything = true;
            } else if (step.is("OpenRead", "ReopenIdx")) {
                String owner = step.p3() == 0 ? catalog.ownerOf(step.p2()) : null;
                if (owner == null) {
                    everything = true; // of another schema, such as temp
                } else {
                    Set<@Nullable String> indexed = catalog.indexed(step.p2());
                    Set<String> columns = tables.computeIfAbsent(owner, name -> names.columnsOf(name, catalog));
                    // the order of the index is that in which rows are read, and some queries show it
                    for (String column : indexed) {
                        columns.addAll(column == null ? Names.all(owner, catalog) : Set.of(column));
                    }
                }
            }
        }
        return new ReadSet(tables, everything);
    }
}
