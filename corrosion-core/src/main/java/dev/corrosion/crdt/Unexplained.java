package dev.corrosion.crdt;

import dev.corrosion.store.PreparedStatements;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a database has records of although a reader does not know it: tables that somebody else has dropped, and tables
 * and columns that are newer than what the reader was told.
 */
final class Unexplained {

    private final PreparedStatements statements;
    private final Set<Long> tables = new LinkedHashSet<>();
    private final List<String> probes = new ArrayList<>();

    private Unexplained(PreparedStatements statements) {
        this.statements = statements;
    }

    static Unexplained read(PreparedStatements statements, Collection<ReplicatedTable> known) throws SQLException {
        Map<Long, ReplicatedTable> byId = new HashMap<>();
        known.forEach(table -> byId.put(table.id(), table));
        Unexplained unexplained = new Unexplained(statements);
        PreparedStatement select = statements.get("SELECT t.id, c.id FROM __corrosion_table t"
                + " LEFT JOIN __corrosion_column c ON c.tbl = t.id AND c.name IS NOT NULL");
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                long table = rows.getLong(1);
                int column = rows.getInt(2);
                unexplained.look(table, rows.wasNull() ? null : column, byId.get(table));
            }
        }
        return unexplained;
    }

    private void look(long id, @Nullable Integer column, @Nullable ReplicatedTable table) {
        if (table == null) {
            if (tables.add(id)) {
                probes.add(probe(Clock.rows(id), ""));
                probes.add(probe(Clock.cells(id), ""));
            }
        } else if (column != null && !table.columnIds().contains(column)) {
            probes.add(probe(Clock.rows(id), " AND n > " + column));
            probes.add(probe(Clock.cells(id), " AND col = " + column));
        }
    }

    private static String probe(String clock, String condition) {
        return "SELECT 1 FROM " + clock + " WHERE actor = ? AND version = ?" + condition + " LIMIT 1";
    }

    /** The clocks of the tables that are not known. */
    List<String> clocks() {
        List<String> clocks = new ArrayList<>();
        for (long table : tables) {
            clocks.add(Clock.rows(table));
            clocks.add(Clock.cells(table));
        }
        return clocks;
    }

    /** Whether the version has no such record. */
    boolean isNothingOf(long actor, long version) throws SQLException {
        for (String probe : probes) {
            PreparedStatement select = statements.get(probe);
            select.setLong(1, actor);
            select.setLong(2, version);
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    return false;
                }
            }
        }
        return true;
    }
}
