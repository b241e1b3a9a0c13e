package dev.corrosion.crdt;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The view {@code corrosion_changes}: all changes that survive, for people and tools. Plain SQL, so that any program which
 * opens the file can read it. The key is a JSON array of its values, a BLOB among them as hexadecimal text; the site is
 * the actor's id in hexadecimal.
 */
final class ChangesView {

    static final String NAME = "corrosion_changes";

    /** SQLite joins no more than 500 selects, and a table takes two. */
    private static final int MAX_TABLES = 240;

    private ChangesView() {}

    static void drop(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP VIEW IF EXISTS " + NAME);
        }
    }

    /** Makes it what it is to be; a table too many for one view is left out. */
    static void create(Connection connection, Collection<ReplicatedTable> tables) throws SQLException {
        String wanted = sql(tables);
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT 1 FROM sqlite_schema WHERE type = 'view' AND name = "
                    + Sql.text(NAME) + " AND sql = " + Sql.text(wanted))) {
                if (row.next()) {
                    return;
                }
            }
            statement.execute("DROP VIEW IF EXISTS " + NAME);
            statement.execute(wanted);
        }
    }

    private static String sql(Collection<ReplicatedTable> tables) {
        List<String> selects = new ArrayList<>();
        tables.stream().limit(MAX_TABLES).forEach(table -> {
            selects.add(cells(new Clock(table)));
            selects.add(sentinels(new Clock(table)));
        });
        if (selects.isEmpty()) {
            selects.add("SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL WHERE false");
        }
        return "CREATE VIEW " + NAME + " (\"table\", pk, cid, val, col_version, db_version, site_id, cl, seq, ts) AS "
                + String.join(" UNION ALL ", selects);
    }

    private static String cells(Clock clock) {
        ReplicatedTable table = clock.table();
        String value = IntStream.range(0, table.columns().size())
                .mapToObj(i -> " WHEN " + table.columnIds().get(i) + " THEN t."
                        + Sql.name(table.columns().get(i)))
                .collect(Collectors.joining());
        return "SELECT " + Sql.text(table.name()) + ", " + key(clock) + ", n.name, "
                + (value.isEmpty() ? "NULL" : "CASE n.id" + value + " END")
                + ", coalesce(c.cv, r.cv), coalesce(c.version, r.version), " + site("coalesce(c.actor, r.actor)")
                + ", r.cl, coalesce(c.seq, r.seq + n.id), CAST(coalesce(c.ts, r.ts) AS TEXT) FROM " + clock.rows()
                + " r JOIN __corrosion_column n ON n.tbl = " + table.id() + " AND n.name IS NOT NULL LEFT JOIN "
                + clock.cells() + " c ON " + clock.sameKeys("c.", "r.") + " AND c.col = n.id LEFT JOIN "
                + Sql.name(table.name()) + " t ON " + clock.sameKey("r.", "t.")
                + " WHERE c.col IS NOT NULL OR r.n > n.id";
    }

    private static String sentinels(Clock clock) {
        return "SELECT " + Sql.text(clock.table().name()) + ", " + key(clock) + ", " + Sql.text(Change.SENTINEL)
                + ", NULL, r.cl, coalesce(c.version, r.version), " + site("coalesce(c.actor, r.actor)")
                + ", r.cl, coalesce(c.seq, r.seq - (r.n > 0)), CAST(coalesce(c.ts, r.ts) AS TEXT) FROM " + clock.rows()
                + " r LEFT JOIN " + clock.cells() + " c ON " + clock.sameKeys("c.", "r.") + " AND c.col = "
                + Clock.SENTINEL
                + " WHERE c.col IS NOT NULL OR (r.version IS NOT NULL AND (r.n = 0 OR r.cl > 1))";
    }

    private static String key(Clock clock) {
        return IntStream.range(0, clock.table().key().size())
                .mapToObj(i -> "r." + Clock.key(i))
                .map(part -> "CASE typeof(" + part + ") WHEN 'blob' THEN hex(" + part + ") ELSE " + part + " END")
                .collect(Collectors.joining(", ", "json_array(", ")"));
    }

    private static String site(String number) {
        return "(SELECT lower(hex(a.actor)) FROM __corrosion_actor a WHERE a.id = " + number + ")";
    }
}
