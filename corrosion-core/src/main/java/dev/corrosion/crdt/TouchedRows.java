package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows some versions have touched, as the clocks tell: the rows, and cells, whose last change they are. What a later
 * version has changed again is found with that one. On a connection of any kind, whose snapshot has the versions; one
 * thread at a time.
 */
public final class TouchedRows {

    /** Gets what was touched. */
    public interface Visitor {

        /** A row came, went or changed by a version: this is its key, in the order in which the table declares it. */
        void row(ReplicatedTable table, List<@Nullable Object> key, long version);

        /** A cell of a row that stays changed. */
        void cell(ReplicatedTable table, List<@Nullable Object> key, String column, long version);
    }

    /** @param column null if it is the row that was touched */
    private record Touched(
            ReplicatedTable table,
            List<@Nullable Object> key,
            @Nullable String column,
            long version) {

        void tell(Visitor visitor) {
            if (column == null) {
                visitor.row(table, key, version);
            } else {
                visitor.cell(table, key, column, version);
            }
        }
    }

    private record Queries(String rows, String cells, Map<Integer, String> columns) {

        static Queries of(ReplicatedTable table) {
            Clock clock = new Clock(table);
            String range = " WHERE actor = ? AND version BETWEEN ? AND ? ORDER BY version LIMIT ?";
            Map<Integer, String> columns = new HashMap<>();
            for (int i = 0; i < table.columns().size(); i++) {
                columns.put(table.columnIds().get(i), table.columns().get(i));
            }
            return new Queries(
                    "SELECT " + clock.keys() + ", version FROM " + clock.rows() + " INDEXED BY " + clock.rows()
                            + "_version" + range,
                    "SELECT " + clock.keys("c.") + ", c.version, c.col, (SELECT r.n = 0 AND r.version IS NULL FROM "
                            + clock.rows() + " r WHERE " + clock.sameKeys("r.", "c.") + ") FROM " + clock.cells()
                            + " c INDEXED BY " + clock.cells() + "_version" + range,
                    columns);
        }
    }

    private final Map<ReplicatedTable, Queries> queries = new HashMap<>();
    private final Map<ActorId, Long> numbers = new HashMap<>();

    /** How many actors' numbers are remembered. */
    private static final int MAX_NUMBERS = 10_000;

    /**
     * Visits what versions of an actor have touched, in the order of the versions.
     *
     * @param statements of the connection to read on
     * @param limit how many records are read of a table, at most
     * @return the tables of which there are more
     */
    public List<ReplicatedTable> visit(
            PreparedStatements statements,
            Collection<ReplicatedTable> tables,
            ActorId actor,
            long first,
            long last,
            int limit,
            Visitor visitor)
            throws SQLException {
        Long number = number(statements, actor);
        if (number == null) {
            return List.of(); // an actor without a number has no record
        }
        List<ReplicatedTable> more = new ArrayList<>();
        List<Touched> touched = new ArrayList<>();
        for (ReplicatedTable table : tables) {
            Queries known = queries.computeIfAbsent(table, Queries::of);
            int before = touched.size();
            try (ResultSet rows = select(statements, known.rows(), number, first, last, limit)) {
                read(rows, table, null, touched);
            }
            try (ResultSet cells = select(statements, known.cells(), number, first, last, limit)) {
                read(cells, table, known, touched);
            }
            if (touched.size() - before >= limit) {
                more.add(table);
            }
        }
        if (first < last) {
            touched.sort(Comparator.comparingLong(Touched::version));
        }
        touched.forEach(one -> one.tell(visitor));
        return more;
    }

    /** The schema is another one, or the database. */
    public void forget() {
        queries.clear();
        numbers.clear();
    }

    /** @param cells knows the columns, if these are records of cells; the sentinel among them is that of the row */
    private static void read(ResultSet records, ReplicatedTable table, @Nullable Queries cells, List<Touched> touched)
            throws SQLException {
        int width = table.key().size();
        while (records.next()) {
            List<@Nullable Object> key = key(records, width);
            long version = records.getLong(width + 1);
            // A cell may have come before what made its row, and so have made it here.
            String column = cells == null || records.getBoolean(width + 3)
                    ? null
                    : cells.columns().get(records.getInt(width + 2));
            touched.add(new Touched(table, key, column, version));
        }
    }

    private static ResultSet select(
            PreparedStatements statements, String sql, long actor, long first, long last, int limit)
            throws SQLException {
        PreparedStatement select = statements.get(sql);
        select.setLong(1, actor);
        select.setLong(2, first);
        select.setLong(3, last);
        select.setInt(4, limit);
        return select.executeQuery();
    }

    private static List<@Nullable Object> key(ResultSet row, int width) throws SQLException {
        List<@Nullable Object> key = new ArrayList<>(width);
        for (int i = 1; i <= width; i++) {
            key.add(SqlValues.read(row, i));
        }
        return key;
    }

    private @Nullable Long number(PreparedStatements statements, ActorId actor) throws SQLException {
        Long known = numbers.get(actor);
        if (known == null) {
            PreparedStatement select = statements.get("SELECT id FROM __corrosion_actor WHERE actor = ?");
            select.setBytes(1, actor.bytes());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                known = row.getLong(1);
            }
            if (numbers.size() == MAX_NUMBERS) {
                numbers.clear();
            }
            numbers.put(actor, known);
        }
        return known;
    }
}
