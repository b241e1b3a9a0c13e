package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions.SchemaSource;
import dev.corrosion.SchemaException;
import dev.corrosion.schema.SchemaMigration;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where cr-sqlite lets copies differ, or loses a version, and this does not: the rules D1 to D10, V5 and T1. */
class DivergenceRulesTest {

    private final DivergenceSite one;
    private final DivergenceSite two;
    private final DivergenceSite three;

    DivergenceRulesTest(@TempDir Path directory) {
        one = new DivergenceSite(directory.resolve("1.db"), new ActorId(new UUID(0, 1)));
        two = new DivergenceSite(directory.resolve("2.db"), new ActorId(new UUID(0, 2)));
        three = new DivergenceSite(directory.resolve("3.db"), new ActorId(new UUID(0, 3)));
    }

    @AfterEach
    void close() {
        all().forEach(DivergenceSite::close);
    }

    private List<DivergenceSite> all() {
        return List.of(one, two, three);
    }

    private void create(String columns) {
        all().forEach(site -> site.create("t", "CREATE TABLE t (" + columns + ")"));
    }

    /** Two rounds, so that what one relays reaches the others. */
    private void exchange() {
        for (int round = 0; round < 2; round++) {
            all().forEach(to -> all().forEach(to::hear));
        }
    }

    private void assertSameRows() {
        assertThat(all()).extracting(site -> site.rows("SELECT * FROM t")).containsOnly(one.rows("SELECT * FROM t"));
    }

    // D1

    @ParameterizedTest
    @ValueSource(strings = {"id PRIMARY KEY, a", "id TEXT, n, a, PRIMARY KEY (id, n)"})
    void d1RefusesAKeyWithoutAType(String columns) {
        assertRefused("CREATE TABLE t (" + columns + ")", "has no type");
    }

    @Disabled("the code does not follow the rule yet: 5 and 5.0 are one key and stay two values")
    @ParameterizedTest
    @ValueSource(doubles = {5, -0.0, 1e15})
    void d1RefusesARealThatEqualsAnIntegerInABlobKey(double real) {
        create("id BLOB PRIMARY KEY NOT NULL, a");
        one.write("INSERT INTO t VALUES (?, 1)", List.of((long) real));
        assertThatThrownBy(() -> two.write("INSERT INTO t VALUES (?, 2)", List.of(real)))
                .hasMessageContaining("the key column id of the replicated table t")
                .hasMessageContaining("INTEGER");
        assertThatThrownBy(() -> two.merge(List.of(new Change(
                        "t", PackedKey.pack(List.of(real)), "a", 2L, 1, 1, new ActorId(new UUID(0, 9)), 1, 0, "7"))))
                .hasCauseInstanceOf(MergeException.class);
        exchange();
        assertSameRows();
        assertThat(two.rows("SELECT * FROM t")).containsExactly("[" + (long) real + ", 1]");
    }

    @Disabled("the code does not follow the rule yet: 5 and 5.0 are one key and stay two values")
    @Test
    void d1DoesNotAdoptARowWithSuchAKey() {
        assertThatThrownBy(() -> one.database()
                        .write(c -> {
                            DivergenceSite.run(c, "CREATE TABLE t (id BLOB PRIMARY KEY NOT NULL)");
                            DivergenceSite.run(c, "INSERT INTO t VALUES (5.0)");
                            one.replica().begin("7");
                            one.replica().adopt(c, "t");
                            return one.replica().finish();
                        })
                        .join())
                .hasCauseInstanceOf(UnfitRowsException.class)
                .hasMessageContaining("the key column id of the replicated table t");
    }

    @Test
    void d1TakesNumbersInABlobKeyThatNoIntegerEquals() {
        create("id BLOB PRIMARY KEY NOT NULL, a");
        one.write("INSERT INTO t VALUES (?, 1), (?, 2), (?, 3)", List.of(5.5, 5L, 1e300));
        exchange();
        assertSameRows();
        assertThat(two.rows("SELECT * FROM t")).hasSize(3);
    }

    /** Here the column's type makes equal numbers the same. */
    @ParameterizedTest
    @CsvSource({"INTEGER, 5, integer", "NUMERIC, 4503599627370496, integer", "REAL, 5, real", "REAL, -0.0, real"})
    void d1MakesEqualNumbersTheSameKeyByTheTypeOfTheColumn(String type, double number, String stored) {
        create("n " + type + " NOT NULL, id TEXT NOT NULL, a, PRIMARY KEY (n, id)");
        one.write("INSERT INTO t VALUES (?, 'x', 1)", List.of((long) number));
        two.write("INSERT INTO t VALUES (?, 'x', 2)", List.of(number));
        exchange();
        assertSameRows();
        assertThat(one.rows("SELECT typeof(n), a FROM t")).containsExactly("['" + stored + "', 2]");
        assertThat(one.changes()).hasSize(1);
        assertThat(all())
                .extracting(site -> Arrays.toString(site.changes().get(0).pk()))
                .containsOnly(Arrays.toString(one.changes().get(0).pk()));
    }

    // D2

    @Test
    void d2KeepsOneOfTwoZerosThatWereWrittenAtOnce() {
        create("id TEXT PRIMARY KEY NOT NULL, a, b");
        one.write("INSERT INTO t VALUES ('x', ?, ?)", List.of(0.0, -0.0));
        two.write("INSERT INTO t VALUES ('x', ?, ?)", List.of(-0.0, 0.0));
        exchange();
        assertSameRows();
    }

    @Disabled("the code does not follow the rule yet: the triggers do not see that 0.0 became -0.0")
    @Test
    void d2RecordsThatAZeroChangedItsSign() {
        create("id TEXT PRIMARY KEY NOT NULL, a, r REAL, n TEXT");
        one.write("INSERT INTO t VALUES ('x', ?, 1, 1)", List.of(0.0));
        exchange();
        assertThat(one.write("UPDATE t SET a = ?", List.of(-0.0))).isEqualTo(2);
        exchange();
        assertSameRows();
        assertThat(three.rows("SELECT a FROM t")).containsExactly("[real:8000000000000000]");
        assertThat(two.write("UPDATE t SET a = ?", List.of(0.0))).isEqualTo(1);
        exchange();
        assertSameRows();
        assertThat(one.rows("SELECT a FROM t")).containsExactly("[real:0]");
        assertThat(two.write("UPDATE t SET a = ?", List.of(0.0))).isZero();
    }

    @Test
    void d2LosesTheSignWhereTheColumnDoes() {
        create("id TEXT PRIMARY KEY NOT NULL, r REAL, i INTEGER, n NUMERIC");
        one.write("INSERT INTO t VALUES ('x', ?, ?, ?)", List.of(-0.0, -0.0, -0.0));
        assertThat(one.changes())
                .extracting(change -> Vectors.show(change.val()))
                .containsExactlyInAnyOrder("real:0", "0", "0");
        assertThat(one.write("UPDATE t SET r = ?, i = ?, n = ?", List.of(0.0, 0.0, 0.0)))
                .isZero();
        exchange();
        assertSameRows();
    }

    // D3, D4

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY, a)",
                "CREATE TABLE t (id TEXT COLLATE RTRIM PRIMARY KEY, a) WITHOUT ROWID",
                "CREATE TABLE t (id TEXT, n TEXT, a, PRIMARY KEY (id, n COLLATE NOCASE))"
            })
    void d3RefusesAKeyWithACollation(String sql) {
        assertRefused(sql, "collation");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE t (id TEXT PRIMARY KEY, a, b, CHECK (a IS NULL OR a < b))",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a, b CHECK (b IS NOT \"A\"))"
            })
    void d4RefusesACheckOverSeveralColumns(String sql) {
        assertRefused(sql, "several columns");
    }

    private void assertRefused(String sql, String reason) {
        assertThatThrownBy(() -> one.database()
                        .write(c -> {
                            one.replica().begin("7");
                            SchemaMigration.apply(c, one.replica(), List.of(new SchemaSource("test", sql)), false);
                            return one.replica().finish();
                        })
                        .join())
                .hasCauseInstanceOf(SchemaException.class)
                .hasMessageContaining(reason);
        assertThat(one.replica().tables()).isEmpty();
    }

    // D8

    @Test
    void d8OneOfTwoEqualWritesKeepsTheRecordEverywhere() {
        create("id TEXT PRIMARY KEY NOT NULL, a");
        all().forEach(site -> site.write("INSERT INTO t VALUES ('x', 1)"));
        exchange();
        assertThat(all()).extracting(DivergenceSite::changes).containsOnly(three.changes());
        assertThat(one.changes())
                .extracting(Change::site)
                .containsOnly(three.replica().actorId());
    }

    // D9

    @Disabled("the code does not follow the rule yet: a row that lives again keeps its old cells at col_version 0")
    @Test
    void d9AValueFromBeforeADeletionDoesNotComeBack() {
        create("id TEXT PRIMARY KEY NOT NULL, a");
        List.of(one, two).forEach(site -> site.addColumn("t", "z TEXT DEFAULT 'default'"));
        one.write("INSERT INTO t VALUES ('x', 1, 'before')");
        two.hear(one);
        three.write("INSERT INTO t VALUES ('x', 2)");
        three.write("DELETE FROM t");
        one.hear(three);
        three.write("INSERT INTO t VALUES ('x', 3)"); // without z, which is not here yet
        three.addColumn("t", "z TEXT DEFAULT 'default'");

        two.hear(three); // hears of the second life only
        exchange();

        assertSameRows();
        assertThat(two.rows("SELECT * FROM t")).containsExactly("['x', 3, 'default']");
    }

    @Test
    void d9TheNewLifeOfARowIsNotHeldUpByTheOld() {
        create("id TEXT PRIMARY KEY NOT NULL, a, b");
        one.write("INSERT INTO t VALUES ('x', 1, 'before')");
        exchange();
        three.write("DELETE FROM t");
        three.write("INSERT INTO t VALUES ('x', 2, 'after')");
        three.write("UPDATE t SET b = 'later'");
        ActorId writer = three.replica().actorId();
        two.merge(three.version(writer, 3)); // the last version first: it has b alone
        two.merge(three.version(writer, 2));
        one.merge(three.version(writer, 2));
        one.merge(three.version(writer, 3));
        assertSameRows();
        assertThat(two.rows("SELECT * FROM t")).containsExactly("['x', 2, 'later']");
    }

    // D10, V5

    @Test
    void d10AndV5bNoVersionIsGivenTwiceWhenTheFirstWriteOfATransactionWasUndone() {
        create("id TEXT PRIMARY KEY NOT NULL, a");
        long undone = one.write(
                "SAVEPOINT s", "INSERT INTO t VALUES ('x', 1)", "ROLLBACK TO s", "INSERT INTO t VALUES ('y', 1)");
        exchange();
        one.reopen();
        assertThat(one.replica().version()).isEqualTo(undone);
        assertThat(one.write("INSERT INTO t VALUES ('z', 1)")).isGreaterThan(undone);
        exchange();
        assertSameRows();
        assertThat(three.rows("SELECT id FROM t")).containsExactly("['y']", "['z']");
    }

    @Test
    void v5aAVersionWithoutAChangeIsUsedUpOnDiskAsInMemory() {
        create("id TEXT PRIMARY KEY NOT NULL, a");
        one.write("SAVEPOINT s", "INSERT INTO t VALUES ('x', 1)", "ROLLBACK TO s");
        long before = one.replica().version();
        one.reopen();
        assertThat(one.replica().version()).isEqualTo(before);
        assertThat(one.write("INSERT INTO t VALUES ('y', 1)")).isEqualTo(before + 1);
        exchange();
        assertSameRows();
    }

    @Test
    void v7AVersionIsKeptThoughNoChangeOfItIsLeft() {
        create("id TEXT PRIMARY KEY NOT NULL, a");
        one.write("INSERT INTO t VALUES ('x', 1)");
        exchange();
        two.write("UPDATE t SET a = 2");
        exchange();
        assertThat(one.changes())
                .extracting(Change::site)
                .containsOnly(two.replica().actorId());
        one.reopen();
        assertThat(one.replica().version()).isEqualTo(1);
        assertThat(one.write("INSERT INTO t VALUES ('y', 1)")).isEqualTo(2);
    }

    @Test
    void v5AStatementThatFailsLeavesTheRestOfTheTransactionInOrder() {
        create("id TEXT PRIMARY KEY NOT NULL, a CHECK (a IS NOT 9), b");
        one.database()
                .write(c -> {
                    one.replica().begin("7");
                    DivergenceSite.run(c, "INSERT INTO t VALUES ('x', 1, 1)");
                    assertThatThrownBy(() -> DivergenceSite.run(c, "INSERT INTO t VALUES ('y', 1, 1), ('z', 9, 1)"))
                            .hasMessageContaining("CHECK");
                    DivergenceSite.run(c, "INSERT INTO t VALUES ('z', 1, 1)");
                    return one.replica().finish();
                })
                .join();
        List<Change> version = one.version(one.replica().actorId(), 1);
        assertThat(version)
                .extracting(change -> PackedKey.unpack(change.pk()).get(0))
                .containsExactly("x", "x", "z", "z");
        assertThat(version).extracting(Change::seq).isSorted().doesNotHaveDuplicates();
        exchange();
        assertSameRows();
    }

    // T1

    @Test
    void t1NothingIsRecordedWithoutATimestamp() {
        create("id TEXT PRIMARY KEY NOT NULL, a");
        one.write("INSERT INTO t VALUES ('x', 1)");
        assertThat(one.changes()).extracting(Change::ts).containsOnly("7");
        String insert = "INSERT INTO t VALUES ('y', 1)";
        assertThatThrownBy(() -> one.database()
                        .write(c -> {
                            DivergenceSite.run(c, insert);
                            return true;
                        })
                        .join())
                .hasMessageContaining("only be written inside a transaction of the node");
        assertThatThrownBy(() -> {
                    try (var shell = DriverManager.getConnection(
                            "jdbc:sqlite:" + one.database().file())) {
                        DivergenceSite.run(shell, insert);
                    }
                })
                .hasMessageContaining("no such function");
    }
}
