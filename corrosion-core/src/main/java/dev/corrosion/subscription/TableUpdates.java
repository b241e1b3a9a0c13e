package dev.corrosion.subscription;

import dev.corrosion.TableUpdate;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.query.Cause;
import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlNames;
import dev.corrosion.store.SqlValues;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Those who want to know which rows of a table are written, and nothing else. */
final class TableUpdates {

    /** By the name of the table, in lower case. */
    private final Map<String, Set<Consumer<TableUpdate>>> listeners = new ConcurrentHashMap<>();

    /** Any thread. */
    void add(String table, Consumer<TableUpdate> listener) {
        listeners.computeIfAbsent(table, name -> ConcurrentHashMap.newKeySet()).add(listener);
    }

    /** Any thread. */
    void remove(String table, Consumer<TableUpdate> listener) {
        listeners.computeIfPresent(table, (name, all) -> {
            all.remove(listener);
            return all.isEmpty() ? null : all;
        });
    }

    boolean isEmpty() {
        return listeners.isEmpty();
    }

    boolean wants(String table) {
        return listeners.containsKey(table);
    }

    /** Collects what a step has written. */
    Collected collect() {
        return new Collected();
    }

    /** Of one step; the last write of a row counts. */
    final class Collected {

        private final Map<ReplicatedTable, Map<List<@Nullable Object>, Cause>> rows = new LinkedHashMap<>();
        private final Map<String, @Nullable Cause> any = new LinkedHashMap<>();

        boolean wants(String table) {
            return TableUpdates.this.wants(table);
        }

        void row(ReplicatedTable table, String name, List<@Nullable Object> key, Cause cause) {
            if (wants(name)) {
                Map<List<@Nullable Object>, Cause> known = rows.computeIfAbsent(table, t -> new LinkedHashMap<>());
                known.remove(key);
                known.put(key, cause);
            }
        }

        void any(String name, @Nullable Cause cause) {
            if (wants(name)) {
                any.put(name, cause);
            }
        }

        /** Tells the listeners; whether there was anything to tell. */
        boolean tell(PreparedStatements statements) throws SQLException {
            for (Map.Entry<String, @Nullable Cause> entry : any.entrySet()) {
                tell(entry.getKey(), update(entry.getKey(), TableUpdate.Type.ANY, List.of(), entry.getValue()));
            }
            for (Map.Entry<ReplicatedTable, Map<List<@Nullable Object>, Cause>> entry : rows.entrySet()) {
                ReplicatedTable table = entry.getKey();
                String name = ChangeFeed.name(table);
                if (!any.containsKey(name)) {
                    for (Map.Entry<List<@Nullable Object>, Cause> row :
                            entry.getValue().entrySet()) {
                        TableUpdate.Type type = isThere(statements, table, row.getKey())
                                ? TableUpdate.Type.UPSERT
                                : TableUpdate.Type.DELETE;
                        tell(name, update(table.name(), type, row.getKey(), row.getValue()));
                    }
                }
            }
            return !any.isEmpty() || !rows.isEmpty();
        }

        private void tell(String name, TableUpdate update) {
            listeners.getOrDefault(name, Set.of()).forEach(listener -> listener.accept(update));
        }
    }

    private static TableUpdate update(
            String table, TableUpdate.Type type, List<@Nullable Object> key, @Nullable Cause cause) {
        return new TableUpdate(
                table, type, key, cause == null ? null : cause.actor(), cause == null ? 0 : cause.version());
    }

    private static boolean isThere(PreparedStatements statements, ReplicatedTable table, List<@Nullable Object> key)
            throws SQLException {
        String condition = table.key().stream()
                .map(column -> SqlNames.quote(column) + " = ?")
                .collect(Collectors.joining(" AND "));
        PreparedStatement select =
                statements.get("SELECT 1 FROM " + SqlNames.quote(table.name()) + " WHERE " + condition);
        for (int i = 0; i < key.size(); i++) {
            SqlValues.bind(select, i + 1, key.get(i));
        }
        try (ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }
}
