package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
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

        /** A row came, went or changed: this is its key, in the order in which the table declares it. */
        void row(ReplicatedTable table, List<@Nullable Object> key);

        /** A cell of a row that stays changed. */
        void cell(ReplicatedTable table, List<@Nullable Object> key, String column);
    }

    private record Queries(String rows, String cells, Map<Integer, String> columns) {

        static Queries of(ReplicatedTable table) {
            Clock clock = new Clock(table);
            String range = " WHERE actor = ? AND version BETWEEN ? AND ? LIMIT ?";
            Map<Integer, String> columns = new HashMap<>();
            for (int i = 0; i < table.columns().size(); i++) {
                columns.put(table.columnIds().get(i), table.columns().get(i));
            }
            return new Queries(
                    "SELECT " + clock.keys() + " FROM " + clock.rows() + " INDEXED BY " + clock.rows() + "_version"
                            + range,
                    "SELECT " + clock.keys("c.") + ", c.col, (SELECT r.n = 0 AND r.version IS NULL FROM " + clock.rows()
                            + " r WHERE " + clock.sameKeys("r.", "c.") + ") FROM " + clock.cells() + " c INDEXED BY "
                            + clock.cells() + "_version" + range,
                    columns);
        }
    }

    private final Map<ReplicatedTable, Queries> queries = new HashMap<>();
    private final Map<ActorId, Long> numbers = new HashMap<>();

    /** How many actors' numbers are remembered. */
    private static final int MAX_NUMBERS = 10_000;

    /**
     * Visits what versions of an actor have touched.
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
        for (ReplicatedTable table : tables) {
            Queries known = queries.computeIfAbsent(table, Queries::of);
            int read = rows(statements, known, table, number, first, last, limit, visitor)
                    + cells(statements, known, table, number, first, last, limit, visitor);
            if (read >= limit) {
                more.add(table);
            }
        }
        return more;
    }

    /** The schema is another one, or the database. */
    public void forget() {
        queries.clear();
        numbers.clear();
    }

    private static int rows(
            PreparedStatements statements,
            Queries queries,
            ReplicatedTable table,
            long actor,
            long first,
            long last,
            int limit,
            Visitor visitor)
            throws SQLException {
        int read = 0;
        try (ResultSet rows = select(statements, queries.rows(), actor, first, last, limit)) {
            while (rows.next()) {
                visitor.row(table, key(rows, table));
                read++;
            }
        }
        return read;
    }

    private static int cells(
            PreparedStatements statements,
            Queries queries,
            ReplicatedTable table,
            long actor,
            long first,
            long last,
            int limit,
            Visitor visitor)
            throws SQLException {
        int read = 0;
        try (ResultSet rows = select(statements, queries.cells(), actor, first, last, limit)) {
            while (rows.next()) {
                String column = queries.columns().get(rows.getInt(table.key().size() + 1));
                // It may have come before what made its row, and so have made it here.
                boolean standsAlone = rows.getBoolean(table.key().size() + 2);
                if (column == null || standsAlone) {
                    visitor.row(table, key(rows, table)); // the sentinel
                } else {
                    visitor.cell(table, key(rows, table), column);
                }
                read++;
            }
        }
        return read;
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

    private static List<@Nullable Object> key(ResultSet row, ReplicatedTable table) throws SQLException {
        List<@Nullable Object> key = new ArrayList<>(table.key().size());
        for (int i = 1; i <= table.key().size(); i++) {
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
