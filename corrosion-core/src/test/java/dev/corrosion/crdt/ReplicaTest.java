package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.ActorId;
import dev.corrosion.store.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaTest {

    private static final ActorId SELF = new ActorId(new UUID(0, 5));
    private static final ActorId OTHER = new ActorId(new UUID(0, 9));

    private final Path file;
    private Replica replica;
    private Database database;

    ReplicaTest(@TempDir Path directory) {
        file = directory.resolve("data.db");
        replica = new Replica(() -> SELF);
        database = Database.open(file, replica);
        database.write(c -> {
                    run(c, "CREATE TABLE t (id TEXT PRIMARY KEY, a, b)");
                    replica.adopt(c, "t");
                    return true;
                })
                .join();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void reopen() {
        database.close();
        replica = new Replica(() -> OTHER);
        database = Database.open(file, replica);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private LocalTransaction write(String... sql) {
        return database.write(c -> {
                    replica.begin("7");
                    for (String one : sql) {
                        run(c, one);
                    }
                    return replica.finish();
                })
                .join();
    }

    private List<Change> changes() {
        return database.read(c -> ChangeReader.all(c, replica.tables()));
    }

    private static Change cell(String key, String column, Object value, long colVersion) {
        return new Change("t", PackedKey.pack(List.of(key)), column, value, colVersion, 1, OTHER, 1, 0, "9");
    }

    @Test
    void givesEachTransactionTheNextVersionAndKeepsItOverReopening() {
        assertThat(write("INSERT INTO t VALUES ('x', 1, 2)")).isEqualTo(new LocalTransaction(1, Set.of("t")));
        assertThat(write("UPDATE t SET a = 1")).isEqualTo(new LocalTransaction(0, Set.of()));
        assertThat(write("UPDATE t SET a = 2", "DELETE FROM t").version()).isEqualTo(2);
        assertThat(replica.version()).isEqualTo(2);

        reopen();

        assertThat(replica.version()).isEqualTo(2);
        assertThat(replica.actorId()).isEqualTo(SELF);
        assertThat(write("INSERT INTO t VALUES ('y', 1, 2)").version()).isEqualTo(3);
    }

    @Test
    void neitherSkipsNorLosesAVersionWhenATransactionFails() {
        assertThatThrownBy(() -> write("INSERT INTO t VALUES ('x', 1, 2)", "INSERT INTO t VALUES ('x', 1, 2)"))
                .hasMessageContaining("UNIQUE");
        assertThatThrownBy(() -> database.write(c -> {
                            replica.begin("7");
                            run(c, "INSERT INTO t VALUES ('x', 1, 2)");
                            replica.finish();
                            throw new IllegalStateException("after finish");
                        })
                        .join())
                .hasMessageContaining("after finish");
        assertThat(replica.version()).isZero();
        assertThat(changes()).isEmpty();
        assertThat(write("INSERT INTO t VALUES ('x', 1, 2)").version()).isEqualTo(1);
    }

    @Test
    void neverGivesAVersionTwiceEvenIfItsFirstWriteWasUndone() {
        write("SAVEPOINT s", "INSERT INTO t VALUES ('x', 1, 2)", "ROLLBACK TO s", "INSERT INTO t VALUES ('y', 1, 2)");
        reopen();
        assertThat(write("INSERT INTO t VALUES ('z', 1, 2)").version()).isEqualTo(2);
    }

    @Test
    void forgetsATableWhoseAdoptionWasRolledBack() {
        assertThatThrownBy(() -> database.write(c -> {
                            run(c, "CREATE TABLE u (id TEXT PRIMARY KEY NOT NULL)");
                            replica.adopt(c, "u");
                            throw new IllegalStateException("no");
                        })
                        .join())
                .hasMessageContaining("no");
        assertThat(replica.tables()).extracting(ReplicatedTable::name).containsExactly("t");
        assertThatThrownBy(() -> database.write(c -> replica.merge(
                                c,
                                List.of(new Change(
                                        "u", PackedKey.pack(List.of("k")), "-1", null, 1, 1, OTHER, 1, 0, "9"))))
                        .join())
                .hasMessageContaining("no replicated table u");
    }

    @Test
    void refusesNullKeys() {
        assertThatThrownBy(() -> write("INSERT INTO t (a) VALUES (1)"))
                .hasMessageContaining("the key column id of the replicated table t must not be NULL");
        write("INSERT INTO t VALUES ('x', 1, 2)");
        assertThatThrownBy(() -> write("UPDATE t SET id = NULL")).hasMessageContaining("must not be NULL");
        assertThatThrownBy(() -> write("INSERT OR IGNORE INTO t (a) VALUES (1)"))
                .hasMessageContaining("must not be NULL");
        assertThat(changes()).hasSize(2);
    }

    @Test
    void refusesWritesThatWouldGoUnrecorded() {
        assertThatThrownBy(() -> database.write(c -> {
                            run(c, "INSERT INTO t VALUES ('x', 1, 2)");
                            return true;
                        })
                        .join())
                .hasMessageContaining("only be written inside a transaction of the node");
        assertThatThrownBy(() -> {
                    try (Connection shell = DriverManager.getConnection("jdbc:sqlite:" + file)) {
                        run(shell, "INSERT INTO t VALUES ('x', 1, 2)");
                    }
                })
                .hasMessageContaining("no such function");
    }

    @Test
    void aRejectedMergeLeavesNothingAndTheTransactionGoesOn() {
        MergeResult result = database.write(c -> {
                    List<Change> bad = List.of(cell("x", "a", 1L, 1), cell("x", "nosuch", 1L, 1));
                    assertThatThrownBy(() -> replica.merge(c, bad)).isInstanceOf(MergeException.class);
                    return replica.merge(c, List.of(cell("y", "a", 2L, 1), cell("y", "a", 1L, 1)));
                })
                .join();
        assertThat(result.impact()).containsExactly(true, false);
        assertThat(result.tables()).containsExactly("t");
        assertThat(changes()).containsExactly(cell("y", "a", 2L, 1));
    }

    @Test
    void mergesDoNotBecomeChangesOfThisActor() {
        database.write(c -> replica.merge(c, List.of(cell("x", "a", 1L, 4)))).join();
        assertThat(replica.version()).isZero();
        assertThat(changes()).containsExactly(cell("x", "a", 1L, 4));
    }

    @Test
    void rejectsKeysThatAreNoKeysOfTheTable() {
        for (byte[] pk : List.of(
                new byte[0],
                new byte[] {1},
                new byte[] {2, 11, 1, 'x', 5},
                PackedKey.pack(List.of("x", "y")),
                new byte[] {1, 11, 2, 'x'},
                new byte[] {1, 11, 1, (byte) 0xff},
                new byte[] {1, 7},
                new byte[] {1, 67, 1, 1, 1, 1, 1, 1, 1, 1},
                new byte[] {1, 11, 1, 'x', 0})) {
            Change change = new Change("t", pk, "a", 1L, 1, 1, OTHER, 1, 0, "9");
            assertThatThrownBy(() -> database.write(c -> replica.merge(c, List.of(change)))
                            .join())
                    .hasCauseInstanceOf(MergeException.class);
        }
        assertThat(changes()).isEmpty();
    }

    @Test
    void decidesInsideOneMergeAsOneByOne() {
        // the second value of the cell meets what the column's affinity made of the first
        database.write(c -> replica.merge(
                        c,
                        List.of(
                                cell("x", "a", "old", 1),
                                cell("x", "a", "new", 2),
                                cell("x", "b", 5L, 1),
                                cell("x", "b", 4L, 1))))
                .join();
        assertThat(changes()).containsExactlyInAnyOrder(cell("x", "a", "new", 2), cell("x", "b", 5L, 1));
    }

    @Test
    void readsAVersionInPagesBoundedByBytes() {
        write("INSERT INTO t VALUES ('x', zeroblob(1000), 2), ('y', zeroblob(1000), 3)");
        ChangePage first = page(0, 1200);
        assertThat(first.last()).isFalse();
        assertThat(first.changes()).extracting(Change::seq).containsExactly(0L, 1L);
        ChangePage second = page(2, 1);
        assertThat(second.changes()).extracting(Change::seq).containsExactly(2L);
        assertThat(page(3, 1).last()).isTrue();
        assertThat(page(4, 1)).isEqualTo(new ChangePage(List.of(), true, true));
    }

    private ChangePage page(long from, int maxBytes) {
        return page(replica.tables(), 1, from, maxBytes);
    }

    @Test
    void findsTheNextVersionThatIsNotOverwrittenInOneStepOfTheIndex() {
        write("INSERT INTO t VALUES ('x', 1, 2)");
        write("INSERT INTO t VALUES ('y', 1, 2)");
        write("UPDATE t SET a = 3, b = 3 WHERE id = 'x'");
        write("DELETE FROM t WHERE id = 'y'");
        database.write(c -> replica.merge(c, List.of(cell("z", "a", 1L, 1)))).join();

        assertThat(nextSurviving(SELF, 1, 9)).isEqualTo(1); // all its cells are overwritten, one by one
        assertThat(page(replica.tables(), 1, 0, 9999)).isEqualTo(new ChangePage(List.of(), true, true));
        assertThat(nextSurviving(SELF, 2, 9)).isEqualTo(3);
        assertThat(nextSurviving(SELF, 4, 9)).isEqualTo(4);
        assertThat(nextSurviving(SELF, 2, 2)).isZero();
        assertThat(nextSurviving(SELF, 5, 9)).isZero();
        assertThat(nextSurviving(OTHER, 1, 9)).isEqualTo(1);
        assertThat(nextSurviving(new ActorId(new UUID(0, 77)), 1, 9)).isZero();
        String plan = database.read(c -> {
            try (Statement statement = c.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "EXPLAIN QUERY PLAN " + ChangeReader.nextSurvivingSql("__corrosion_1_row"))) {
                StringBuilder steps = new StringBuilder();
                while (rows.next()) {
                    steps.append(rows.getString("detail")).append('\n');
                }
                return steps.toString();
            }
        });
        assertThat(plan)
                .contains("COVERING INDEX __corrosion_1_row_version (actor=? AND version>? AND version<?)")
                .doesNotContain("TEMP B-TREE");
    }

    private long nextSurviving(ActorId site, long from, long to) {
        return database.read(c -> {
            try (ChangeReader reader = ChangeReader.of(c, replica.tables())) {
                return reader.nextSurviving(site, from, to);
            }
        });
    }

    @Test
    void tellsThatAVersionHasRecordsOfATableThatIsNotGiven() {
        database.write(c -> {
                    run(c, "CREATE TABLE u (id TEXT PRIMARY KEY NOT NULL, a)");
                    replica.adopt(c, "u");
                    return true;
                })
                .join();
        write("INSERT INTO t VALUES ('x', 1, 2)", "INSERT INTO u VALUES ('x', 1)", "INSERT INTO t VALUES ('y', 1, 2)");
        write("INSERT INTO t VALUES ('z', 1, 2)");
        List<ReplicatedTable> both = replica.tables();
        assertThat(page(both, 1, 0, 1)).matches(page -> !page.last() && page.complete());
        assertThat(page(both, 1, 4, 9999)).matches(page -> page.last() && page.complete());

        database.write(c -> {
                    run(c, "DROP TABLE u");
                    return true;
                })
                .join();
        reopen();

        List<ReplicatedTable> one = replica.tables();
        assertThat(page(one, 1, 0, 9999)).matches(page -> page.changes().size() == 4 && !page.complete());
        assertThat(page(one, 1, 0, 1)).matches(page -> !page.last() && !page.complete());
        assertThat(page(one, 1, 4, 9999)).matches(page -> page.last() && !page.complete());
        assertThat(page(List.of(), 2, 0, 9999)).isEqualTo(new ChangePage(List.of(), true, false));
        assertThat(page(one, 2, 0, 9999)).matches(ChangePage::complete);
    }

    @Test
    void takesNoColumnForNullBecauseItDoesNotKnowIt() {
        List<ReplicatedTable> before = replica.tables();
        database.write(c -> {
                    run(c, "ALTER TABLE t ADD COLUMN d");
                    replica.refresh(c, "t");
                    return true;
                })
                .join();
        write("INSERT INTO t VALUES ('x', 1, 2, 3)");
        ChangePage page = page(before, 1, 0, 9999);
        assertThat(page.changes()).extracting(Change::cid).containsExactly("a", "b");
        assertThat(page.complete()).isFalse();
        assertThat(page(replica.tables(), 1, 0, 9999).complete()).isTrue();
    }

    private ChangePage page(List<ReplicatedTable> tables, long version, long from, int maxBytes) {
        return page(tables, SELF, version, from, maxBytes);
    }

    @Test
    void refusesLocalValuesThatNoMessageCouldCarryAndKeepsTheLargestWithItsEnvelope() {
        int largest = Database.MAX_VALUE_BYTES - 1; // and one byte of key
        write("INSERT INTO t VALUES ('x', 1, zeroblob(" + largest + "))");
        String tooLarge = "zeroblob(" + (largest + (64 << 10)) + ")";
        for (String sql : List.of(
                "INSERT INTO t VALUES ('y', 1, " + tooLarge + ")",
                "INSERT OR IGNORE INTO t VALUES ('y', 1, " + tooLarge + ")",
                "UPDATE t SET b = " + tooLarge,
                "UPDATE t SET id = hex(zeroblob(40000))",
                "INSERT INTO t (id) VALUES (hex(zeroblob(4300000)))")) {
            assertThatThrownBy(() -> write(sql)).hasMessageContaining("may have 8388608 bytes");
        }
        assertThat(replica.version()).isEqualTo(1);

        database.write(c -> {
                    run(c, "CREATE TABLE kept (part BLOB)");
                    run(c, "INSERT INTO kept VALUES (zeroblob(" + (Database.MAX_VALUE_BYTES + (512 << 10)) + "))");
                    return replica.merge(c, List.of(cell("k".repeat(100), "b", new byte[Database.MAX_VALUE_BYTES], 1)));
                })
                .join();
    }

    @Test
    void doesNotAdoptRowsThatNoMessageCouldCarry() {
        assertThatThrownBy(() -> database.write(c -> {
                            run(c, "CREATE TABLE u (id TEXT PRIMARY KEY NOT NULL, a)");
                            run(c, "INSERT INTO u VALUES ('x', zeroblob(" + Database.MAX_VALUE_BYTES + "))");
                            replica.begin("7");
                            replica.adopt(c, "u");
                            return replica.finish();
                        })
                        .join())
                .hasCauseInstanceOf(UnfitRowsException.class)
                .hasMessageContaining("the table u cannot be replicated: it has a row of more than 8388608 bytes");
    }

    @Test
    void aTableThatWasDroppedByHandIsNotBegunAnewAsIfNothingHadBeen() {
        write("INSERT INTO t VALUES ('x', 1, 2)");
        database.write(c -> {
                    run(c, "DROP VIEW corrosion_changes");
                    run(c, "DROP TABLE t");
                    return true;
                })
                .join();
        reopen();
        assertThatThrownBy(() -> database.write(c -> {
                            run(c, "CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, a, b)");
                            replica.adopt(c, "t");
                            return true;
                        })
                        .join())
                .hasMessageContaining("dropped by another program");
    }

    @Test
    void aRowWithOneCellKeepsOneRecordHoweverOftenItIsWritten() throws SQLException {
        database.write(c -> {
                    run(c, "CREATE TABLE kv (k TEXT PRIMARY KEY NOT NULL, v)");
                    replica.adopt(c, "kv");
                    return true;
                })
                .join();
        write("INSERT INTO kv VALUES ('x', 1)");
        write("UPDATE kv SET v = 2", "UPDATE kv SET v = 3");
        assertThat(changes()).extracting(Change::colVersion).containsExactly(3L);
        assertThat(count("__corrosion_2_cell")).isZero();
        write("DELETE FROM kv");
        write("INSERT INTO kv VALUES ('x', 1)");
        write("UPDATE kv SET v = 2");
        assertThat(changes())
                .extracting(change -> change.cid() + " " + change.colVersion() + " v" + change.dbVersion())
                .containsExactlyInAnyOrder("-1 3 v4", "v 2 v5");
    }

    private long count(String table) {
        return database.read(c -> {
            try (Statement statement = c.createStatement();
                    ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
                return row.getLong(1);
            }
        });
    }

    @Test
    void showsAllChangesToPeopleAndTools() {
        write("INSERT INTO t VALUES ('x', 1, 2)", "INSERT INTO t VALUES ('y', 1, 2)");
        write("UPDATE t SET b = 3 WHERE id = 'x'", "DELETE FROM t WHERE id = 'y'");
        write("INSERT INTO t VALUES ('y', 5, 6)", "UPDATE t SET id = 'z' WHERE id = 'x'");
        database.write(c -> replica.merge(c, List.of(cell("w", "a", 1L, 1)))).join();
        List<String> expected = changes().stream()
                .map(change -> String.join(
                        "|",
                        change.table(),
                        "[\"" + PackedKey.unpack(change.pk()).get(0) + "\"]",
                        change.cid(),
                        String.valueOf(change.val()),
                        change.colVersion() + "|" + change.dbVersion(),
                        change.site().toString().replace("-", ""),
                        change.cl() + "|" + change.seq() + "|" + change.ts()))
                .sorted()
                .toList();
        List<String> shown = database.read(c -> {
            List<String> rows = new ArrayList<>();
            try (Statement statement = c.createStatement();
                    ResultSet row = statement.executeQuery("SELECT \"table\", pk, cid, val, col_version, db_version,"
                            + " site_id, cl, seq, ts FROM corrosion_changes")) {
                while (row.next()) {
                    List<String> columns = new ArrayList<>();
                    for (int i = 1; i <= 10; i++) {
                        columns.add(String.valueOf(row.getObject(i)));
                    }
                    rows.add(String.join("|", columns));
                }
            }
            return rows;
        });
        assertThat(shown).hasSize(8).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void takesANewIdentityAndLeavesToThePreviousOneWhatItWrote() {
        ActorId third = new ActorId(new UUID(0, 7));
        write("INSERT INTO t VALUES ('x', 1, 2)");
        database.write(c -> replica.merge(
                        c, List.of(new Change("t", PackedKey.pack(List.of("z")), "a", 5L, 1, 8, third, 1, 0, "9"))))
                .join();
        write("INSERT INTO t VALUES ('y', 1, 2)");
        List<Change> before = changes();
        assertThatThrownBy(() -> database.write(c -> {
                            replica.renewIdentityAtNextOpen(c);
                            throw new IllegalStateException("no");
                        })
                        .join())
                .hasMessageContaining("no");
        reopen();
        assertThat(replica.actorId()).as("rolled back").isEqualTo(SELF);

        database.write(c -> {
                    replica.renewIdentityAtNextOpen(c);
                    return true;
                })
                .join();
        assertThat(replica.actorId()).as("not before the next open").isEqualTo(SELF);
        reopen();

        assertThat(replica.actorId()).isEqualTo(OTHER);
        assertThat(replica.version()).isZero();
        assertThat(replica.previous()).contains(new PreviousIdentity(SELF, 2));
        assertThat(changes()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(page(2, 0, 9999, SELF)).extracting(Change::seq).containsExactly(0L, 1L);
        assertThat(nextSurviving(OTHER, 1, 9)).isZero();

        assertThat(write("UPDATE t SET a = 4 WHERE id = 'x'").version()).isEqualTo(1);
        assertThat(page(1, 0, 9999, OTHER)).extracting(Change::val).containsExactly(4L);
        assertThat(page(1, 0, 9999, SELF)).extracting(Change::cid).containsExactly("b");
    }

    @Test
    void mergesLaterVersionsOfThePreviousIdentity() {
        write("INSERT INTO t VALUES ('x', 1, 2)");
        Change lost = new Change("t", PackedKey.pack(List.of("x")), "a", 3L, 2, 2, SELF, 1, 0, "9");
        assertThatThrownBy(() ->
                        database.write(c -> replica.merge(c, List.of(lost))).join())
                .hasMessageContaining("older copy");
        database.write(c -> {
                    replica.renewIdentityAtNextOpen(c);
                    return true;
                })
                .join();
        reopen();

        MergeResult merged =
                database.write(c -> replica.merge(c, List.of(lost))).join();

        assertThat(merged.impact()).containsExactly(true);
        assertThat(page(2, 0, 9999, SELF)).containsExactly(lost);
        assertThat(nextSurviving(SELF, 2, 9)).isEqualTo(2);
    }

    @Test
    void tellsThePreviousIdentityUntilItIsTakenNoteOf() {
        assertThat(replica.previous()).isEmpty();
        database.write(c -> {
                    replica.renewIdentityAtNextOpen(c);
                    return true;
                })
                .join();
        reopen();
        reopen();
        assertThat(replica.actorId()).isEqualTo(OTHER);
        assertThat(replica.previous()).contains(new PreviousIdentity(SELF, 0));
        database.write(c -> {
                    replica.forgetPrevious(c);
                    return true;
                })
                .join();
        reopen();
        assertThat(replica.previous()).isEmpty();
        assertThat(replica.actorId()).isEqualTo(OTHER);
    }

    private List<Change> page(long version, long from, int maxBytes, ActorId site) {
        return page(replica.tables(), site, version, from, maxBytes).changes();
    }

    private ChangePage page(List<ReplicatedTable> tables, ActorId site, long version, long from, int maxBytes) {
        return database.read(c -> {
            try (ChangeReader reader = ChangeReader.of(c, tables)) {
                return reader.read(site, version, from, maxBytes);
            }
        });
    }
}
