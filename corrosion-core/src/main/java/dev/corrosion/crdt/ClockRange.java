package dev.corrosion.crdt;

import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A bounded number of records of one row table that follow each other in the order of its primary key. For the
 * transaction that made it.
 */
final class ClockRange {

    private final Clock clock;

    /** Behind this key; from the first record if it is empty. */
    private final List<ScanPosition.Part> after;

    /** Up to this key; to the last record if it is empty. */
    private final List<ScanPosition.Part> upTo;

    private ClockRange(Clock clock, List<ScanPosition.Part> after, List<ScanPosition.Part> upTo) {
        this.clock = clock;
        this.after = after;
        this.upTo = upTo;
    }

    /**
     * The records behind the position.
     *
     * @param from if it is in this table; else the range begins with the first record
     * @param records how many at most
     */
    static ClockRange of(PreparedStatements statements, ReplicatedTable table, ScanPosition from, int records)
            throws SQLException {
        // A number may have been given to a new table, with another key, since the position was taken.
        boolean fits =
                from.table() == table.id() && from.key().size() == table.key().size();
        List<ScanPosition.Part> after = fits ? from.key() : List.of();
        ClockRange rest = new ClockRange(new Clock(table), after, List.of());
        return new ClockRange(rest.clock, after, rest.key(statements, records));
    }

    ReplicatedTable table() {
        return clock.table();
    }

    /** Name of the table whose records these are. */
    String rows() {
        return clock.rows();
    }

    /** Where the records behind these are: in this table, or in the next. */
    ScanPosition next() {
        long table = clock.table().id();
        return upTo.isEmpty() ? ScanPosition.before(table + 1) : new ScanPosition(table, upTo);
    }

    /** The key of the n-th record; empty if there are not so many. */
    private List<ScanPosition.Part> key(PreparedStatements statements, int n) throws SQLException {
        int parts = clock.table().key().size();
        String values = IntStream.range(0, parts)
                .mapToObj(Clock::key)
                .map(key -> "iif(typeof(" + key + ") = 'text', CAST(" + key + " AS BLOB), " + key + "), typeof(" + key
                        + ") = 'text'")
                .collect(Collectors.joining(", "));
        PreparedStatement select = statements.get(
                "SELECT " + values + " FROM " + rows() + where() + " ORDER BY " + clock.keys() + " LIMIT 1 OFFSET ?");
        select.setInt(bind(select), n - 1);
        List<ScanPosition.Part> key = new ArrayList<>(parts);
        try (ResultSet row = select.executeQuery()) {
            if (row.next()) {
                for (int i = 1; i <= 2 * parts; i += 2) {
                    key.add(new ScanPosition.Part(
                            Objects.requireNonNull(SqlValues.read(row, i)), row.getBoolean(i + 1)));
                }
            }
        }
        return key;
    }

    /** The tombstones among them: columns of the row table. */
    ResultSet tombstones(PreparedStatements statements, String columns) throws SQLException {
        PreparedStatement select =
                statements.get("SELECT " + columns + " FROM " + rows() + where() + " AND " + Clock.IS_TOMBSTONE);
        bind(select);
        return select.executeQuery();
    }

    private String where() {
        return " WHERE true" + compared(" > ", after) + compared(" <= ", upTo);
    }

    private String compared(String operator, List<ScanPosition.Part> key) {
        if (key.isEmpty()) {
            return "";
        }
        // Without the plus, CAST would give the column the affinity of text, and SQLite would not use the primary key.
        String values = key.stream()
                .map(part -> part.isText() ? "+CAST(? AS TEXT)" : "?")
                .collect(Collectors.joining(", "));
        return " AND (" + clock.keys() + ")" + operator + "(" + values + ")";
    }

    /** Returns the index of the next parameter. */
    private int bind(PreparedStatement statement) throws SQLException {
        int index = 1;
        for (ScanPosition.Part part : after) {
            SqlValues.bind(statement, index++, part.value());
        }
        for (ScanPosition.Part part : upTo) {
            SqlValues.bind(statement, index++, part.value());
        }
        return index;
    }
}
