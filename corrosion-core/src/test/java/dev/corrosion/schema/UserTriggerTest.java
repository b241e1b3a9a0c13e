package dev.corrosion.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.Row;
import dev.corrosion.SchemaPlan;
import dev.corrosion.crdt.Change;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserTriggerTest extends SchemaTestBase {

    private static final String TABLES = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT DEFAULT 0, n INT DEFAULT 0);"
            + " CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT); ";

    private final SchemaTestBase other;

    UserTriggerTest(@TempDir Path directory) {
        super(directory);
        other = new SchemaTestBase(directory, 2);
    }

    @AfterEach
    void closeOther() {
        other.close();
    }

    @Test
    void firesForLocalWritesWhoseEffectsTravelAndNotWhereTheyAreMerged() {
        String schema = TABLES
                + "CREATE TRIGGER audit AFTER INSERT ON t BEGIN INSERT INTO log VALUES (random(), 'new ' || NEW.id); END";
        migrate(schema);
        other.migrate(schema);

        write("INSERT INTO t VALUES (1, 2, 3)");
        other.merge(changes());

        assertThat(replica.version()).isEqualTo(1);
        assertThat(query("SELECT what FROM log")).hasSize(1);
        assertThat(other.query("SELECT * FROM t")).isEqualTo(query("SELECT * FROM t"));
        assertThat(other.query("SELECT * FROM log")).isEqualTo(query("SELECT * FROM log"));
        assertThat(other.replica.version()).isZero();
    }

    @Test
    void refusesWhatTheTriggerRefusesLocallyAndTakesItFromOthers() {
        migrate(TABLES + "CREATE TRIGGER guard BEFORE UPDATE OF a ON t WHEN NEW.a < OLD.a"
                + " BEGIN SELECT RAISE(ABORT, 'a only grows'); END");
        other.migrate(TABLES);
        other.write("INSERT INTO t VALUES (1, 5, 0)");
        merge(other.changes());
        other.write("UPDATE t SET a = 3");

        assertThatThrownBy(() -> write("UPDATE t SET a = 4")).hasMessageContaining("a only grows");
        merge(other.changes());

        assertThat(query("SELECT a FROM t").get(0).getLong("a")).isEqualTo(3);
    }

    /** Whatever the trigger does to the row that fires it, what is recorded is what is there. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "AFTER INSERT ON t BEGIN DELETE FROM t WHERE id = NEW.id; END",
                "AFTER INSERT ON t BEGIN UPDATE t SET n = 9 WHERE id = NEW.id; END",
                "AFTER DELETE ON t WHEN OLD.id <> 4 BEGIN INSERT INTO t VALUES (OLD.id, 8, 8); END",
                "AFTER UPDATE OF a ON t BEGIN DELETE FROM t WHERE id = NEW.id; END",
                "AFTER UPDATE OF a ON t BEGIN UPDATE t SET n = n + 1 WHERE id = NEW.id; END",
                "AFTER UPDATE OF id ON t BEGIN INSERT INTO t VALUES (OLD.id, 7, 7); END",
                "BEFORE DELETE ON t WHEN OLD.n = 0 BEGIN UPDATE t SET n = 1 WHERE id = OLD.id; END",
                "BEFORE INSERT ON t WHEN NEW.id < 100 BEGIN INSERT OR IGNORE INTO t VALUES (100, 1, 1); END"
            })
    void copiesAgreeWhateverTheTriggerDoesToItsOwnRow(String trigger) {
        String schema = TABLES + "CREATE TRIGGER own " + trigger;
        migrate(schema);
        other.migrate(schema);

        write("INSERT INTO t (id) VALUES (1), (2), (3), (4)");
        write("UPDATE t SET a = 1 WHERE id < 3", "UPDATE t SET id = 50 WHERE id = 1");
        write("DELETE FROM t WHERE id IN (2, 3)", "INSERT OR REPLACE INTO t VALUES (4, 4, 4)");
        other.merge(changes());

        assertThat(other.query("SELECT * FROM t")).isEqualTo(query("SELECT * FROM t"));
        List<Row> live = query("SELECT id FROM t");
        assertThat(changes().stream().filter(change -> change.cl() % 2 == 1).map(Change::pk))
                .hasSizeGreaterThanOrEqualTo(live.size());
    }

    @Test
    void aTriggerAddedLaterStillRunsAfterTheRecording() {
        migrate(TABLES);
        write("INSERT INTO t (id) VALUES (1)");
        String schema = TABLES + "CREATE TRIGGER own AFTER DELETE ON t BEGIN INSERT INTO t VALUES (OLD.id, 8, 8); END";

        assertThat(migrate(schema).toString()).isEqualTo("create the trigger own");
        assertThat(migrate(schema)).matches(SchemaPlan::isEmpty);
        write("DELETE FROM t");
        other.migrate(TABLES);
        other.merge(changes());

        assertThat(query("SELECT a FROM t")).hasSize(1);
        assertThat(other.query("SELECT * FROM t")).isEqualTo(query("SELECT * FROM t"));
    }

    @Test
    void replacesAndDropsWhatASchemaDeclaredAndLeavesWhatWasMadeByHand() {
        migrate(TABLES + "CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.id, 'one'); END;"
                + " CREATE TRIGGER y AFTER INSERT ON t BEGIN INSERT INTO log VALUES (-NEW.id, 'y'); END;");
        byHand("CREATE TRIGGER hand AFTER DELETE ON t BEGIN SELECT 1; END");

        SchemaPlan plan = migrate(
                TABLES + "CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.id, 'two'); END");

        assertThat(plan.toString())
                .isEqualTo("drop the trigger x, to make it anew as it is declared now\n"
                        + "drop the trigger y, which is no longer declared\ncreate the trigger x");
        write("INSERT INTO t (id) VALUES (1)");
        assertThat(query("SELECT what FROM log"))
                .extracting(row -> row.getString("what"))
                .containsExactly("two");
        assertThat(query("SELECT 1 FROM sqlite_schema WHERE name = 'hand'")).hasSize(1);
    }

    @Test
    void onAViewItFiresAsItIsAndOutlivesAChangeOfTheView() {
        String trigger = "CREATE TRIGGER put INSTEAD OF INSERT ON v BEGIN INSERT INTO t (id, a) VALUES (NEW.id, NEW.a);"
                + " END;";
        migrate(TABLES + "CREATE VIEW v AS SELECT id, a FROM t; " + trigger);
        write("INSERT INTO v VALUES (1, 2)");
        assertThat(changes()).isNotEmpty();
        assertThat(query("SELECT sql FROM sqlite_schema WHERE name = 'put'")
                        .get(0)
                        .getString("sql"))
                .doesNotContain("__corrosion");

        migrate(TABLES + "CREATE VIEW v AS SELECT id, a, n FROM t; " + trigger);
        write("INSERT INTO v VALUES (2, 2, 2)");

        assertThat(query("SELECT * FROM t")).hasSize(2);
    }

    @Test
    void isGuardedWhateverItsForm() {
        assertThat(guarded("CREATE TRIGGER x INSERT ON t BEGIN SELECT 1; END"))
                .isEqualTo("CREATE TRIGGER x INSERT ON t WHEN __corrosion_recording() BEGIN SELECT 1; END");
        assertThat(guarded("CREATE TRIGGER x AFTER UPDATE OF a, \"on\" ON [t] FOR EACH ROW -- why\n"
                        + " WHEN NEW.a > 1 OR 0 /* x */ BEGIN SELECT 1; END"))
                .isEqualTo("CREATE TRIGGER x AFTER UPDATE OF a, \"on\" ON [t] FOR EACH ROW WHEN __corrosion_recording()"
                        + " AND (NEW.a > 1 OR 0) BEGIN SELECT 1; END");
        assertThat(guarded("CREATE TRIGGER x DELETE ON begin WHEN (CASE WHEN OLD.begin THEN 1 END)"
                        + " BEGIN SELECT ';' WHERE 1; END"))
                .isEqualTo("CREATE TRIGGER x DELETE ON begin WHEN __corrosion_recording() AND ((CASE WHEN OLD.begin"
                        + " THEN 1 END)) BEGIN SELECT ';' WHERE 1; END");
    }

    private static String guarded(String sql) {
        return UserTrigger.of(sql).localOnly();
    }
}
