package dev.corrosion.subscription;

import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.PackedKey;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.query.ChangedRows;
import dev.corrosion.query.WrittenRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows that transactions wrote here, from the changes which are sent of them: enough to know that they concern nobody
 * without reading anything. What is told to those concerned is read from the database.
 */
final class WrittenRows {

    private record RowId(String table, ByteBuffer pk) {}

    private final Map<String, ReplicatedTable> tables = new HashMap<>();
    private final List<WrittenRow> rows = new ArrayList<>();
    private final ChangedRows.Builder changed = new ChangedRows.Builder();

    WrittenRows(Iterable<ReplicatedTable> tables) {
        tables.forEach(table -> this.tables.put(table.name(), table));
    }

    List<WrittenRow> rows() {
        return rows;
    }

    /** The same rows, without causes. */
    ChangedRows changed() {
        return changed.build();
    }

    /**
     * Adds the rows of a version.
     *
     * @param changes all changes of it
     * @return false if there is a table among them that is not replicated any more
     */
    boolean add(List<Change> changes) {
        Map<RowId, List<Change>> byRow = new LinkedHashMap<>();
        for (Change change : changes) {
            byRow.computeIfAbsent(new RowId(change.table(), ByteBuffer.wrap(change.pk())), id -> new ArrayList<>())
                    .add(change);
        }
        for (Map.Entry<RowId, List<Change>> row : byRow.entrySet()) {
            ReplicatedTable table = tables.get(row.getKey().table());
            if (table == null) {
                return false;
            }
            add(row(table, row.getValue()));
        }
        return true;
    }

    private void add(WrittenRow row) {
        rows.add(row);
        if (row.columns() == null) {
            changed.row(row.table(), row.key(), null);
        } else {
            changed.updated(row.table(), row.key(), row.columns(), null);
        }
    }

    /** A new row has changes of all its columns, and one that returned or went has one of itself. */
    private static WrittenRow row(ReplicatedTable table, List<Change> changes) {
        Change first = changes.get(0);
        List<@Nullable Object> key = PackedKey.unpack(first.pk());
        Map<String, @Nullable Object> values = new HashMap<>();
        boolean cells = true;
        for (Change change : changes) {
            if (change.isSentinel()) {
                cells = false;
            } else {
                values.put(lower(change.cid()), change.val());
            }
        }
        cells &= values.size() < table.columns().size();
        Map<String, @Nullable Object> known = new HashMap<>(values);
        for (int i = 0; i < key.size(); i++) {
            known.put(lower(table.key().get(i)), key.get(i));
        }
        return new WrittenRow(ChangeFeed.name(table), key, cells ? values.keySet() : null, known, first.cl() % 2 == 0);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
