package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.SqlValues;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one database has of single rows of a replicated table. On any connection. */
public final class RowLookup {

    private final Connection connection;
    private final ReplicatedTable table;
    private final Clock clock;

    /**
     * The record of a row.
     *
     * @param actor who wrote the row as a whole; null if all that was written then was written again since
     * @param version in which of its versions
     * @param lives whether it is there
     */
    public record Found(@Nullable ActorId actor, long version, boolean lives) {}

    public RowLookup(Connection connection, ReplicatedTable table) {
        this.connection = connection;
        this.table = table;
        this.clock = new Clock(table);
    }

    /** What is known of the row with this packed key; null if nothing is. */
    public @Nullable Found find(byte[] pk) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT (SELECT a.actor FROM __corrosion_actor a"
                + " WHERE a.id = r.actor), r.version, r.cl FROM " + clock.rows() + " r WHERE " + clock.isKey("r."))) {
            bind(select, 1, PackedKey.unpack(pk));
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                byte[] actor = row.getBytes(1);
                return new Found(actor == null ? null : ActorId.of(actor), row.getLong(2), row.getLong(3) % 2 == 1);
            }
        }
    }

    /** Writes the row with this packed key as it is here into the same table elsewhere, as far as that has its columns. */
    public void copyTo(Connection target, ReplicatedTable there, byte[] pk) throws SQLException {
        List<String> columns = Stream.concat(table.key().stream(), table.columns().stream())
                .filter(column ->
                        there.key().contains(column) || there.columns().contains(column))
                .toList();
        String names = columns.stream().map(Sql::name).collect(Collectors.joining(", "));
        String key =
                table.key().stream().map(column -> Sql.name(column) + " = ?").collect(Collectors.joining(" AND "));
        List<@Nullable Object> values = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + names + " FROM " + Sql.name(table.name()) + " WHERE " + key)) {
            bind(select, 1, PackedKey.unpack(pk));
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return;
                }
                for (int i = 1; i <= columns.size(); i++) {
                    values.add(SqlValues.read(row, i));
                }
            }
        }
        try (PreparedStatement insert = target.prepareStatement("INSERT INTO " + Sql.name(there.name()) + " (" + names
                + ") VALUES (" + Sql.placeholders(columns.size()) + ")")) {
            bind(insert, 1, values);
            insert.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, int from, List<@Nullable Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            SqlValues.bind(statement, from + i, values.get(i));
        }
    }
}
