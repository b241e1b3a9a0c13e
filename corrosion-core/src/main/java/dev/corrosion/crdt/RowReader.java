package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.store.SqlValues;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a table with their records, in the order of their keys: those that have a record, whether the table
 * has them or not, and those that it has without a record. For one thread and one snapshot.
 */
public final class RowReader {

    /** Stands for an actor that a record names and nobody knows: no node holds anything of it. */
    private static final ActorId NOBODY = new ActorId(new UUID(0, 0));

    /** Columns between those of the key and the user's. */
    private static final int FIXED = 9;

    private final Connection connection;
    private final ComparedTable table;
    private final RowHash hash;
    private final Map<Long, ActorId> actors = new HashMap<>();

    public RowReader(Connection connection, ComparedTable table) {
        this.connection = connection;
        this.table = table;
        this.hash = new RowHash(table.name());
    }

    /**
     * The first rows of a range. Of deleted rows, those whose tombstone may have been collected are left out.
     *
     * @param horizon of up to where tombstones may have been collected
     * @param maxRows how many at most
     * @param maxBytes how much is read, at most, beyond the first row
     * @throws IllegalArgumentException if a key of the range does not fit the table
     */
    public RowPage page(KeyRange range, Horizon horizon, int maxRows, long maxBytes) throws SQLException {
        List<RowDigest> rows = new ArrayList<>();
        RowKey read = range.after();
        long bytes = 0;
        int looked = 0;
        try (PreparedStatement select = select(bounds(range));
                ResultSet result = select.executeQuery()) {
            while (result.next()) {
                if (looked == maxRows || (looked > 0 && bytes >= maxBytes)) {
                    return new RowPage(rows, read, false, bytes);
                }
                RowState row = read(result);
                looked++;
                bytes += row.estimatedBytes();
                read = row.key();
                if (isCompared(row, horizon)) {
                    rows.add(new RowDigest(row.key(), hash.of(row)));
                }
            }
        }
        return new RowPage(rows, range.upTo(), true, bytes);
    }

    /** All that is here of one row. */
    public RowState row(RowKey key) throws SQLException {
        try (PreparedStatement select = select(List.of(new Bound(" = ", parts(key))));
                ResultSet result = select.executeQuery()) {
            return result.next() ? read(result) : RowState.nothing(key, table.columns());
        }
    }

    /** Whether copies must have it in common. */
    private boolean isCompared(RowState row, Horizon horizon) {
        if (row.present() && !row.lives()) {
            return true;
        }
        if (row.lives()) {
            return !table.isPartial() || row.isRecorded();
        }
        SiteStamp tombstone = row.sentinel();
        return tombstone == null
                || tombstone.version() > horizon.versions().getOrDefault(tombstone.site(), 0L)
                || row.cl() > horizon.floors().getOrDefault(table.name(), 0L);
    }

    private record Bound(String operator, List<ScanPosition.Part> key) {}

    private List<Bound> bounds(KeyRange range) {
        List<Bound> bounds = new ArrayList<>();
        if (!range.after().isNone()) {
            bounds.add(new Bound(" > ", parts(range.after())));
        }
        if (!range.upTo().isNone()) {
            bounds.add(new Bound(" <= ", parts(range.upTo())));
        }
        return bounds;
    }

    private List<ScanPosition.Part> parts(RowKey key) {
        List<ScanPosition.Part> parts = PackedKey.parts(key.packed());
        if (parts.size() != table.key().size()) {
            throw new IllegalArgumentException(
                    "a key of " + parts.size() + " columns, where " + table.name() + " has " + table.key());
        }
        return parts;
    }

    /** Both halves come in the order of an index, so SQLite merges them and sorts nothing. */
    private PreparedStatement select(List<Bound> bounds) throws SQLException {
        int keys = table.key().size();
        String clockKeys =
                IntStream.range(0, keys).mapToObj(i -> "r." + Clock.key(i)).collect(Collectors.joining(", "));
        String userKeys = Sql.list(table.key(), column -> "t." + Sql.name(column));
        String same = IntStream.range(0, keys)
                .mapToObj(i ->
                        "r." + Clock.key(i) + " = t." + Sql.name(table.key().get(i)))
                .collect(Collectors.joining(" AND "));
        String sameCell = IntStream.range(0, keys)
                .mapToObj(i -> "c." + Clock.key(i) + " = r." + Clock.key(i))
                .collect(Collectors.joining(" AND "));
        String values = table.columns().stream()
                .map(column -> ", t." + Sql.name(column))
                .collect(Collectors.joining());
        String user = Sql.name(table.name());
        String sql = "SELECT " + clockKeys + ", r.cl, r.n, r.cv, r.actor, r.version, r.seq, hex(r.ts), "
                + "(SELECT group_concat(printf('%d %d %d %d %d %s', c.col, c.cv, c.actor, c.version, c.seq, hex(c.ts)))"
                + " FROM " + Clock.cells(table.id()) + " c WHERE " + sameCell + "), t."
                + Sql.name(table.key().get(0)) + " IS NOT NULL" + values + " FROM " + Clock.rows(table.id())
                + " r LEFT JOIN " + user + " t ON " + same + " WHERE true" + where(bounds, clockKeys)
                + " UNION ALL SELECT " + userKeys + ", 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 1" + values + " FROM "
                + user + " t WHERE NOT EXISTS (SELECT 1 FROM " + Clock.rows(table.id()) + " r WHERE " + same + ") AND "
                + table.key().stream()
                        .map(column -> "t." + Sql.name(column) + " IS NOT NULL")
                        .collect(Collectors.joining(" AND "))
                + where(bounds, userKeys) + " ORDER BY "
                + IntStream.rangeClosed(1, keys).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        PreparedStatement select = connection.prepareStatement(sql);
        int index = 1;
        for (int half = 0; half < 2; half++) {
            for (Bound bound : bounds) {
                for (ScanPosition.Part part : bound.key()) {
                    SqlValues.bind(select, index++, part.value());
                }
            }
        }
        return select;
    }

    private static String where(List<Bound> bounds, String keys) {
        StringBuilder where = new StringBuilder();
        for (Bound bound : bounds) {
            // As in ClockRange: without the plus, SQLite would not use the primary key.
            String values = bound.key().stream()
                    .map(part -> part.isText() ? "+CAST(? AS TEXT)" : "?")
                    .collect(Collectors.joining(", "));
            where.append(" AND (").append(keys).append(')').append(bound.operator());
            where.append('(').append(values).append(')');
        }
        return where.toString();
    }

    private RowState read(ResultSet row) throws SQLException {
        int keys = table.key().size();
        RowKey key = key(row, keys);
        long cl = row.getLong(keys + 1);
        int n = row.getInt(keys + 2);
        SiteStamp base = null;
        if (row.getObject(keys + 4) != null) {
            long cv = n == 0 ? cl : row.getLong(keys + 3);
            base = new SiteStamp(
                    cv,
                    actor(row.getLong(keys + 4)),
                    row.getLong(keys + 5),
                    row.getLong(keys + 6),
                    text(row.getString(keys + 7)));
        }
        Map<Integer, SiteStamp> apart = apart(row.getString(keys + 8));
        boolean present = row.getBoolean(keys + FIXED);
        SiteStamp sentinel = apart.getOrDefault(Clock.SENTINEL, sentinel(base, cl, n));
        List<RowState.Cell> cells = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            int id = table.columnId(i);
            SiteStamp derived = base != null && id < n ? base.plus(id) : null;
            cells.add(new RowState.Cell(
                    table.columns().get(i),
                    apart.getOrDefault(id, derived),
                    SqlValues.read(row, keys + FIXED + 1 + i)));
        }
        return new RowState(key, cl, present, isRegular(cl, n, base, apart), sentinel, cells);
    }

    /** The record that a row's stamp stands for, see {@link Clock}. */
    private static @Nullable SiteStamp sentinel(@Nullable SiteStamp base, long cl, int n) {
        if (base == null || (n > 0 && cl == 1)) {
            return null;
        }
        return n == 0 ? base : base.plus(-1).withColVersion(cl);
    }

    private static boolean isRegular(long cl, int n, @Nullable SiteStamp base, Map<Integer, SiteStamp> apart) {
        SiteStamp own = apart.get(Clock.SENTINEL);
        if (own != null && own.colVersion() != cl) {
            return false;
        }
        boolean buried = n == 0 && base != null && apart.isEmpty();
        return cl % 2 == 1 ? base != null || !apart.isEmpty() : cl == 0 || buried;
    }

    private static RowKey key(ResultSet row, int keys) throws SQLException {
        List<ScanPosition.Part> parts = new ArrayList<>(keys);
        for (int i = 1; i <= keys; i++) {
            Object value = SqlValues.read(row, i);
            boolean isText = value instanceof String;
            parts.add(new ScanPosition.Part(isText || value == null ? row.getBytes(i) : value, isText));
        }
        return new RowKey(PackedKey.packParts(parts));
    }

    private Map<Integer, SiteStamp> apart(@Nullable String list) throws SQLException {
        if (list == null) {
            return Map.of();
        }
        Map<Integer, SiteStamp> stamps = new HashMap<>();
        for (String cell : list.split(",", -1)) {
            String[] fields = cell.split(" ", -1);
            stamps.put(
                    Integer.valueOf(fields[0]),
                    new SiteStamp(
                            Long.parseLong(fields[1]),
                            actor(Long.parseLong(fields[2])),
                            Long.parseLong(fields[3]),
                            Long.parseLong(fields[4]),
                            text(fields[5])));
        }
        return stamps;
    }

    private static String text(@Nullable String hex) {
        return hex == null ? "" : new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }

    private ActorId actor(long number) throws SQLException {
        ActorId known = actors.get(number);
        if (known == null) {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT actor FROM __corrosion_actor WHERE id = ?")) {
                select.setLong(1, number);
                try (ResultSet row = select.executeQuery()) {
                    known = row.next() ? ActorId.of(row.getBytes(1)) : NOBODY;
                }
            }
            actors.put(number, known);
        }
        return known;
    }
}
