package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The changes of one table, from its clock and its rows. */
final class TableChanges {

    private final PreparedStatements statements;
    private final ReplicatedTable table;
    private final Clock clock;
    private final int keyParts;
    private final String selectRows;
    private final String selectCells;

    TableChanges(PreparedStatements statements, ReplicatedTable table) {
        this.statements = statements;
        this.table = table;
        this.clock = new Clock(table);
        this.keyParts = table.key().size();
        String join = " LEFT JOIN " + Sql.name(table.name()) + " t ON ";
        String columns = table.columns().stream()
                .map(column -> ", t." + Sql.name(column))
                .collect(Collectors.joining());
        this.selectRows = "SELECT " + clock.keys("r.") + ", r.cl, r.n, r.cv, r.seq, r.ts, (SELECT group_concat(c.col)"
                + " FROM " + clock.cells() + " c WHERE " + clock.sameKeys("c.", "r.") + ")" + columns + " FROM "
                + clock.rows() + " r INDEXED BY " + clock.rows() + "_version" + join + clock.sameKey("r.", "t.")
                + " WHERE r.actor = ? AND r.version = ? AND r.seq >= ? ORDER BY r.seq";
        String value = IntStream.range(0, table.columns().size())
                .mapToObj(i -> " WHEN " + table.columnIds().get(i) + " THEN t."
                        + Sql.name(table.columns().get(i)))
                .collect(Collectors.joining("", "CASE c.col", " END"));
        this.selectCells = "SELECT " + clock.keys("c.") + ", c.col, c.cv, c.seq, c.ts, (SELECT r.cl FROM "
                + clock.rows()
                + " r WHERE " + clock.sameKeys("r.", "c.") + "), "
                + (table.columns().isEmpty() ? "NULL" : value)
                + " FROM " + clock.cells() + " c INDEXED BY " + clock.cells() + "_version" + join
                + clock.sameKey("c.", "t.") + " WHERE c.actor = ? AND c.version = ? AND c.seq >= ? ORDER BY c.seq";
    }

    Clock clock() {
        return clock;
    }

    String name() {
        return table.name();
    }

    /** The causal length of a row here; 0 if it was never seen. */
    long causalLength(byte[] pk) throws SQLException {
        PreparedStatement select = statements.get("SELECT r.cl FROM " + clock.rows() + " r WHERE " + clock.isKey("r."));
        int index = 1;
        for (Object part : PackedKey.unpack(pk)) {
            SqlValues.bind(select, index++, part);
        }
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** Records that were stamped row by row. A row's stamp may stand for cells of many seqs, and for the one before. */
    ResultSet rows(long actor, long version, long fromSeq) throws SQLException {
        return select(selectRows, actor, version, fromSeq - Math.max(0, clock.width() - 1));
    }

    /** Records that cells have of their own. */
    ResultSet cells(long actor, long version, long fromSeq) throws SQLException {
        return select(selectCells, actor, version, fromSeq);
    }

    private ResultSet select(String sql, long actor, long version, long fromSeq) throws SQLException {
        PreparedStatement select = statements.get(sql);
        select.setLong(1, actor);
        select.setLong(2, version);
        select.setLong(3, fromSeq);
        return select.executeQuery();
    }

    long rowSeq(ResultSet row) throws SQLException {
        return row.getLong(keyParts + 4);
    }

    long cellSeq(ResultSet row) throws SQLException {
        return row.getLong(keyParts + 3);
    }

    /** The changes that a row's stamp stands for. */
    List<Change> ofRow(ResultSet row, ActorId site, long version) throws SQLException {
        byte[] pk = key(row);
        long cl = row.getLong(keyParts + 1);
        int n = row.getInt(keyParts + 2);
        long cv = row.getLong(keyParts + 3);
        long seq = rowSeq(row);
        String ts = row.getString(keyParts + 5);
        Set<Integer> apart = numbers(row.getString(keyParts + 6));
        List<Change> changes = new ArrayList<>();
        if (n == 0 || (cl > 1 && !apart.contains(Clock.SENTINEL))) {
            changes.add(new Change(
                    table.name(), pk, Change.SENTINEL, null, cl, version, site, cl, n == 0 ? seq : seq - 1, ts));
        }
        for (int i = 0; i < table.columns().size(); i++) {
            int id = table.columnIds().get(i);
            if (id < n && !apart.contains(id)) {
                Object value = SqlValues.read(row, keyParts + 7 + i);
                changes.add(new Change(
                        table.name(), pk, table.columns().get(i), value, cv, version, site, cl, seq + id, ts));
            }
        }
        return changes;
    }

    /** The change of a cell's own record; null if the column is gone. */
    @Nullable Change ofCell(ResultSet row, ActorId site, long version) throws SQLException {
        int id = row.getInt(keyParts + 1);
        int column = table.columnIds().indexOf(id);
        if (column < 0 && id != Clock.SENTINEL) {
            return null;
        }
        return new Change(
                table.name(),
                key(row),
                id == Clock.SENTINEL ? Change.SENTINEL : table.columns().get(column),
                SqlValues.read(row, keyParts + 6),
                row.getLong(keyParts + 2),
                version,
                site,
                row.getLong(keyParts + 5),
                cellSeq(row),
                String.valueOf(row.getString(keyParts + 4)));
    }

    private byte[] key(ResultSet row) throws SQLException {
        List<@Nullable Object> key = new ArrayList<>(keyParts);
        for (int i = 1; i <= keyParts; i++) {
            key.add(SqlValues.read(row, i));
        }
        return PackedKey.pack(key);
    }

    private static Set<Integer> numbers(@Nullable String list) {
        if (list == null) {
            return Set.of();
        }
        Set<Integer> numbers = new HashSet<>();
        for (String number : list.split(",", -1)) {
            numbers.add(Integer.valueOf(number));
        }
        return numbers;
    }
}
