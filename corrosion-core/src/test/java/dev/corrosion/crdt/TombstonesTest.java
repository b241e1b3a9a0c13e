package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.store.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each call of {@link #reach} and {@link #drop} is a transaction, as the batches of a collection are. */
class TombstonesTest {

    private static final ActorId SELF = new ActorId(new UUID(0, 5));
    private static final ActorId OTHER = new ActorId(new UUID(0, 9));

    private final Path file;
    private Replica replica;
    private Database database;

    TombstonesTest(@TempDir Path directory) {
        file = directory.resolve("data.db");
        open();
        create("t", "CREATE TABLE t (id INTEGER PRIMARY KEY, a)");
    }

    private void open() {
        replica = new Replica(() -> SELF);
        database = Database.open(file, replica);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void create(String table, String sql) {
        database.write(c -> {
                    run(c, sql);
                    replica.adopt(c, table);
                    return true;
                })
                .join();
    }

    private void drop(String table) {
        database.write(c -> {
                    replica.beginSchemaChange(c);
                    replica.drop(c, table);
                    run(c, "DROP TABLE " + table);
                    replica.endSchemaChange(c);
                    return true;
                })
                .join();
    }

    private long write(String... sql) {
        return database.write(c -> {
                    replica.begin("7");
                    for (String one : sql) {
                        run(c, one);
                    }
                    return replica.finish().version();
                })
                .join();
    }

    /** 1, 2, 3 and so on, as a table with the column value. */
    private static String upTo(int last) {
        return "(WITH RECURSIVE n (value) AS (VALUES (1) UNION ALL SELECT value + 1 FROM n WHERE value < " + last
                + ") SELECT value FROM n)";
    }

    private long count(String sql) {
        return database.read(c -> {
            try (Statement statement = c.createStatement();
                    ResultSet row = statement.executeQuery("SELECT count(*) FROM " + sql)) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    private long rowRecords(String table) {
        long id = replica.tables().stream()
                .filter(known -> known.name().equals(table))
                .findFirst()
                .orElseThrow()
                .id();
        return count(Clock.rows(id));
    }

    private TombstoneBatch<Horizon> reach(long version, ScanPosition from, int records) {
        return database.maintain(c -> replica.tombstones(c).reach(Map.of(SELF, version), from, records))
                .join();
    }

    private TombstoneBatch<Integer> drop(Horizon covered, ScanPosition from, int records) {
        return database.maintain(c -> replica.tombstones(c).drop(covered, from, records))
                .join();
    }

    private Horizon reachOfAll(long version, @Nullable ScanPosition from, int records) {
        Horizon reach = Horizon.NONE;
        for (ScanPosition next = from; next != null; ) {
            TombstoneBatch<Horizon> batch = reach(version, next, records);
            reach = reach.join(batch.found());
            next = batch.next();
        }
        return reach;
    }

    private int dropAll(Horizon covered, @Nullable ScanPosition from, int records) {
        int dropped = 0;
        for (ScanPosition next = from; next != null; ) {
            TombstoneBatch<Integer> batch = drop(covered, next, records);
            assertThat(batch.found()).isLessThanOrEqualTo(records);
            dropped += batch.found();
            next = batch.next();
        }
        return dropped;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void findsEveryTombstoneOfCompositeKeysOfAnyTypeWhateverTheBatch(int records) {
        create("mixed", "CREATE TABLE mixed (b BLOB, n NUMERIC, s TEXT, a, PRIMARY KEY (b, n, s))");
        List<String> firsts = List.of("1", "1.5", "-9e999", "''", "'1'", "'é'", "CAST(x'ff' AS TEXT)", "x''", "x'31'");
        List<String> seconds = List.of("2", "2.5", "'x'", "CAST(x'80' AS TEXT)", "x'00'", "'a' || char(0) || 'b'");
        List<String> inserts = new ArrayList<>();
        for (String first : firsts) {
            for (String second : seconds) {
                inserts.add("INSERT INTO mixed VALUES (" + first + ", " + second + ", 'gone', 0)");
                inserts.add("INSERT INTO mixed VALUES (" + first + ", " + second + ", CAST(x'fe' AS TEXT), 0)");
            }
        }
        write(inserts.toArray(String[]::new));
        long deleted = write("DELETE FROM mixed WHERE s = 'gone'", "INSERT INTO t VALUES (1, 1)");
        long later = write("DELETE FROM mixed WHERE b = 1");
        assertThat(later).isGreaterThan(deleted);
        int half = firsts.size() * seconds.size();

        Horizon reach = reachOfAll(deleted, ScanPosition.START, records);

        assertThat(reach).isEqualTo(new Horizon(Map.of(SELF, deleted), Map.of("mixed", 2L)));
        assertThat(dropAll(reach, ScanPosition.START, records)).isEqualTo(half);
        assertThat(rowRecords("mixed")).isEqualTo(half);
        assertThat(rowRecords("t")).isEqualTo(1);
        assertThat(reachOfAll(deleted, ScanPosition.START, records)).isEqualTo(Horizon.NONE);
    }

    @Test
    void looksAtNoMoreRecordsThanItIsTold() {
        write("INSERT INTO t SELECT value, 0 FROM " + upTo(10));
        write("DELETE FROM t");

        TombstoneBatch<Integer> first = drop(new Horizon(Map.of(SELF, 2L), Map.of("t", 2L)), ScanPosition.START, 4);

        assertThat(first.found()).isEqualTo(4);
        assertThat(rowRecords("t")).isEqualTo(6);
    }

    @Test
    void leavesWhatTheHorizonDoesNotCover() {
        write("INSERT INTO t SELECT value, 0 FROM " + upTo(4));
        write("DELETE FROM t WHERE id < 3");
        write("INSERT INTO t VALUES (1, 0)");
        long last = write("DELETE FROM t");

        assertThat(dropAll(new Horizon(Map.of(SELF, last), Map.of("t", 2L)), ScanPosition.START, 100))
                .as("one has causal length 4")
                .isEqualTo(3);
        assertThat(dropAll(new Horizon(Map.of(SELF, last - 1), Map.of("t", 4L)), ScanPosition.START, 100))
                .isZero();
        assertThat(dropAll(new Horizon(Map.of(OTHER, last), Map.of("t", 4L)), ScanPosition.START, 100))
                .isZero();
        assertThat(dropAll(new Horizon(Map.of(SELF, last), Map.of("t", 4L)), ScanPosition.START, 100))
                .isEqualTo(1);
    }

    @Test
    void leavesRowsThatCameBackOrWereDeletedBetweenTwoBatches() {
        write("INSERT INTO t SELECT value, 0 FROM " + upTo(9));
        long point = write("DELETE FROM t WHERE id IN (2, 4, 6, 8)");

        TombstoneBatch<Horizon> first = reach(point, ScanPosition.START, 2);
        write("INSERT INTO t VALUES (2, 1), (4, 1)");
        write("DELETE FROM t WHERE id IN (1, 4, 7)");
        Horizon reach = first.found().join(reachOfAll(point, first.next(), 2));
        assertThat(reach).isEqualTo(new Horizon(Map.of(SELF, point), Map.of("t", 2L)));

        TombstoneBatch<Integer> begun = drop(reach, ScanPosition.START, 6);
        write("INSERT INTO t VALUES (8, 1)");
        write("DELETE FROM t WHERE id = 9");
        assertThat(begun.found()).as("6").isEqualTo(1);
        assertThat(dropAll(reach, begun.next(), 2)).isZero();

        assertThat(rowRecords("t")).as("all but 6").isEqualTo(8);
        assertThat(count("t WHERE id IN (2, 3, 5, 8)")).isEqualTo(4);
    }

    @Test
    void goesOnWithTheNextTableIfOneIsDroppedOrMadeBetweenTwoBatches() {
        create("u", "CREATE TABLE u (x INT, y INT, PRIMARY KEY (x, y))");
        create("w", "CREATE TABLE w (id INTEGER PRIMARY KEY)");
        write("INSERT INTO u SELECT value, value FROM " + upTo(5), "INSERT INTO w SELECT value FROM " + upTo(5));
        long point = write("DELETE FROM u", "DELETE FROM w");
        ScanPosition inU = new ScanPosition(2, List.of(part(2), part(2)));
        assertThat(reach(point, inU, 2).next()).isEqualTo(new ScanPosition(2, List.of(part(4), part(4))));

        drop("u");
        assertThat(reachOfAll(point, inU, 2)).isEqualTo(new Horizon(Map.of(SELF, point), Map.of("w", 2L)));

        drop("w");
        create("z", "CREATE TABLE z (id INTEGER PRIMARY KEY)");
        write("INSERT INTO z SELECT value FROM " + upTo(5));
        long later = write("DELETE FROM z");
        assertThat(replica.tables()).as("the number of a dropped table").anyMatch(table -> table.id() == 2);
        Horizon reach = reachOfAll(later, inU, 2);
        assertThat(reach).isEqualTo(new Horizon(Map.of(SELF, later), Map.of("z", 2L)));
        assertThat(dropAll(reach, inU, 2)).isEqualTo(5);
    }

    private static ScanPosition.Part part(long value) {
        return new ScanPosition.Part(value, false);
    }

    @Test
    void dropsWhatIsKeptForARowTogetherWithItsTombstone() {
        write("INSERT INTO t VALUES (1, 0), (2, 0)");
        long point = write("DELETE FROM t WHERE id = 1");
        database.write(c -> {
                    for (long id = 1; id <= 2; id++) {
                        // What was kept before the deletion came.
                        run(
                                c,
                                "INSERT INTO __corrosion_parked SELECT 't', x'01090" + id
                                        + "', 'later', 1, 1, 1, id, 1, 0, '0' FROM __corrosion_actor");
                    }
                    return true;
                })
                .join();

        dropAll(reachOfAll(point, ScanPosition.START, 1), ScanPosition.START, 1);

        assertThat(count("__corrosion_parked")).isEqualTo(1);
        assertThat(count("__corrosion_parked WHERE pk = x'010902'")).isEqualTo(1);
    }

    @Test
    void readsRecordsByThePrimaryKeyAndKeepsNoIndexOfTombstones() {
        create("u", "CREATE TABLE u (x TEXT, y INT, PRIMARY KEY (x, y))");
        database.write(c -> {
                    run(c, "CREATE INDEX __corrosion_1_row_tombstone ON __corrosion_1_row (cl)");
                    return true;
                })
                .join();
        assertThat(count("sqlite_schema WHERE name LIKE '%tombstone%'")).isEqualTo(1);

        database.close();
        open();

        assertThat(count("sqlite_schema WHERE name LIKE '%tombstone%'")).isZero();
        String plan = database.read(c -> {
            try (Statement statement = c.createStatement();
                    ResultSet row = statement.executeQuery("EXPLAIN QUERY PLAN SELECT actor FROM __corrosion_2_row"
                            + " WHERE true AND (k0, k1) > (+CAST(? AS TEXT), ?) AND (k0, k1) <= (+CAST(? AS TEXT), ?)"
                            + " AND " + Clock.IS_TOMBSTONE)) {
                row.next();
                return row.getString("detail");
            }
        });
        assertThat(plan).startsWith("SEARCH __corrosion_2_row USING PRIMARY KEY ((k0,k1)>(?,?) AND (k0,k1)<(?,?))");
    }
}
