package dev.corrosion.query;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result of a query whose rows are identified by the keys of its tables. */
final class KeyedResult implements KeptResult {

    private final KeyedPlan plan;
    private final List<String> columns;
    private final QueryRun run;
    private final RowIds ids;
    private final KeyedRows<KeptRow> rows;
    private int size;

    KeyedResult(KeyedPlan plan, List<String> columns, QueryRun run, RowIds ids, Holding holding) {
        this.plan = plan;
        this.columns = columns;
        this.run = run;
        this.ids = ids;
        this.rows = new KeyedRows<>(plan, run, holding);
    }

    @Override
    public List<ResultChange> reset(Connection snapshot, @Nullable Cause cause) throws SQLException {
        return apply(rows.all(snapshot, cause));
    }

    @Override
    public List<ResultChange> update(Connection snapshot, ChangedRows changed) throws SQLException {
        KeyedRows.Changes changes = rows.affected(snapshot, changed);
        return apply(changes == null ? rows.all(snapshot, last(changed)) : changes);
    }

    @Override
    public List<ResultRow> rows() {
        List<KeptRow> all = new ArrayList<>(size);
        rows.groups().values().forEach(all::addAll);
        return KeptRow.sorted(all, plan.order());
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void eachHeld(Holding holding) {
        rows.eachHeld(holding);
    }

    private @Nullable Cause last(ChangedRows changed) {
        return changed.last(plan.sources().stream().map(Source::tableName).toList());
    }

    private List<ResultChange> apply(KeyedRows.Changes changes) {
        Diff diff = new Diff(ids);
        Map<Object, List<KeptRow>> now = new LinkedHashMap<>();
        changes.affected().groups().forEach((group, affected) -> {
            List<KeptRow> read = new ArrayList<>(affected.rows().size());
            for (@Nullable Object[] values : affected.rows()) {
                read.add(KeptRow.read(0, columns, values, rows.layout().optionalKeys(values), plan.order()));
            }
            now.put(group, diff.group(rows.groups().getOrDefault(group, List.of()), read, affected.cause()));
        });
        if (size + diff.growth() > run.maxRows()) {
            throw run.tooMany();
        }
        size += diff.growth();
        now.forEach((group, kept) -> {
            if (kept.isEmpty()) {
                rows.groups().remove(group);
            } else {
                rows.groups().put(group, List.copyOf(kept));
            }
        });
        rows.keep(changes);
        return diff.changes();
    }
}
