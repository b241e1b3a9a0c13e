package dev.corrosion.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.Row;
import dev.corrosion.SchemaException;
import dev.corrosion.SchemaPlan;
import dev.corrosion.SchemaPlan.DropColumn;
import dev.corrosion.SchemaPlan.RebuildTable;
import dev.corrosion.SchemaPlan.Step;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.ReplicatedTable;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestructiveSchemaTest extends SchemaTestBase {

    private final Path directory;

    DestructiveSchemaTest(@TempDir Path directory) {
        super(directory);
        this.directory = directory;
    }

    @Test
    void listsEveryDestructiveStepWithItsLineAndNamesTheProperty() {
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b); CREATE TABLE u (id TEXT PRIMARY KEY, c)");
        List<Row> before = schemaRows();

        assertThatThrownBy(() -> migrate("-- new\nCREATE TABLE t (\n  id TEXT PRIMARY KEY,\n  a TEXT,\n  b);\n"
                        + "CREATE TABLE u (id TEXT PRIMARY KEY);CREATE TABLE fresh (id TEXT PRIMARY KEY)"))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("source 1, line 4: rebuild the table t: the column a is declared with type TEXT"
                        + " instead of INT")
                .hasMessageContaining("source 1, line 6: drop the column c of the table u")
                .hasMessageContaining("corrosion.schema.allow-destructive");

        assertThat(schemaRows()).isEqualTo(before);
    }

    @Test
    void dropsAColumnAndRecordsNothing() {
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a, b); CREATE INDEX i ON t (b);"
                + " CREATE VIEW v AS SELECT a, b FROM t;");
        write("INSERT INTO t VALUES ('x', 1, 2)");
        List<Change> before = changes();

        String schema = "CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE VIEW v AS SELECT a FROM t;";
        SchemaPlan plan = migrateDestructively(schema);

        assertThat(plan.steps()).hasAtLeastOneElementOfType(DropColumn.class);
        assertThat(query("SELECT * FROM t").get(0).columns()).containsExactly("id", "a");
        assertThat(replica.version()).isEqualTo(1);
        assertThat(changes()).hasSize(1).isSubsetOf(before);
        write("UPDATE t SET a = 5");
        assertThat(changes()).extracting(Change::val).containsExactly(5L);
        assertThat(migrate(schema)).matches(SchemaPlan::isEmpty);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE t (id TEXT PRIMARY KEY, a TEXT, b)",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT NOT NULL DEFAULT 0, b)",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT CHECK (a < 100), b)",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b COLLATE NOCASE)",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b) WITHOUT ROWID",
                "CREATE TABLE t (id TEXT, a INT, b, PRIMARY KEY (id))",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b TEXT) STRICT",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b, c AS (a + 1) STORED)",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT CHECK (a > 0), new, b DEFAULT 'x')"
            })
    void rebuildsATableAndKeepsItsRowsRecordsAndDependents(String table) {
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b); CREATE INDEX i ON t (a);"
                + " CREATE TABLE log (id INTEGER PRIMARY KEY);"
                + " CREATE TRIGGER g AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (random()); END");
        byHand("CREATE INDEX hand ON t (b)", "CREATE VIEW hand_view AS SELECT a FROM t");
        write("INSERT INTO t VALUES ('x', 1, 'one'), ('y', 2, 'two')", "DELETE FROM t WHERE id = 'y'");
        write("UPDATE t SET a = 3 WHERE id = 'x'");
        long version = replica.version();
        List<Change> records = changesOf("t");

        String schema = table + "; CREATE INDEX i ON t (a); CREATE TABLE log (id INTEGER PRIMARY KEY);"
                + " CREATE TRIGGER g AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (random()); END";
        SchemaPlan plan = migrateDestructively(schema);

        assertThat(plan.steps()).hasSize(1).hasOnlyElementsOfType(RebuildTable.class);
        assertThat(query("SELECT id, a, b FROM t").get(0).values())
                .containsExactly("x", table.contains("a TEXT") ? "3" : (Object) 3L, "one");
        assertThat(replica.version()).isEqualTo(version);
        assertThat(changesOf("t"))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("val")
                .isEqualTo(records);
        assertThat(query("SELECT name FROM sqlite_schema WHERE name IN ('i', 'hand', 'hand_view', 'g')"))
                .hasSize(4);
        assertThat(migrate(schema)).matches(SchemaPlan::isEmpty);
        write("UPDATE t SET b = 'more'", "INSERT INTO t (id, a) VALUES ('z', 9)");
        assertThat(query("SELECT * FROM log")).hasSize(2);
        assertThat(replica.version()).isEqualTo(version + 1);
    }

    private List<Change> changesOf(String table) {
        return changes().stream().filter(change -> change.table().equals(table)).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT NOT NULL DEFAULT 0) | NOT NULL constraint failed: t.a",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT CONSTRAINT small CHECK (a < 5)) | CHECK constraint failed: small",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a BLOB) STRICT | cannot store INT value in BLOB column t.a"
            })
    void namesTheConstraintThatRowsDoNotSatisfyAndChangesNothing(String schema, String reason) {
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a INT)");
        write("INSERT INTO t VALUES ('x', 7), ('y', NULL)");
        List<Row> before = schemaRows();

        assertThatThrownBy(() -> migrateDestructively(schema))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("source 1, line 1")
                .hasMessageContaining(reason);

        assertThat(schemaRows()).isEqualTo(before);
        write("UPDATE t SET a = 8");
        assertThat(query("SELECT * FROM t")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)",
                "CREATE TABLE t (id TEXT, a INT, PRIMARY KEY (id, a))",
                "CREATE TABLE t (id TEXT, a INT PRIMARY KEY)",
                "CREATE TABLE t (id TEXT, a INT, c TEXT, PRIMARY KEY (id, c))",
                "CREATE TABLE t (other TEXT PRIMARY KEY, a INT)"
            })
    void neverChangesAKey(String schema) {
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a INT)");

        assertThatThrownBy(() -> migrateDestructively(schema))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("primary key")
                .hasMessageContaining("declare a new table");
    }

    /** Else they would differ from a node that begins with the new schema, and nothing would ever tell them. */
    @Test
    void cellsThatNobodyWroteTakeTheNewDefault() {
        SchemaTestBase late = new SchemaTestBase(directory, 2);
        try {
            migrate("CREATE TABLE t (id TEXT PRIMARY KEY)");
            write("INSERT INTO t VALUES ('old'), ('updated')");
            migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a INT DEFAULT 1)");
            write("INSERT INTO t (id) VALUES ('new')", "UPDATE t SET a = 5 WHERE id = 'updated'");

            String schema = "CREATE TABLE t (id TEXT PRIMARY KEY, a INT DEFAULT 2)";
            migrateDestructively(schema);
            late.migrate(schema);
            late.merge(changes());

            String all = "SELECT id, a FROM t ORDER BY id";
            assertThat(query(all)).extracting(row -> row.getLong("a")).containsExactly(1L, 2L, 5L);
            assertThat(late.query(all)).isEqualTo(query(all));
        } finally {
            late.close();
        }
    }

    @Test
    void dropsATableThatASchemaDeclaredOnlyIfThatIsAllowed() {
        migrate(
                "CREATE TABLE t (id TEXT PRIMARY KEY); CREATE TABLE u (id TEXT PRIMARY KEY, a); CREATE INDEX i ON u (a)");
        byHand("CREATE TABLE hand (a)");
        String schema = "CREATE TABLE t (id TEXT PRIMARY KEY)";

        assertThat(migrate(schema)).matches(SchemaPlan::isEmpty);
        write("INSERT INTO u VALUES ('x', 1)");
        assertThat(changesOf("u")).hasSize(1);

        assertThat(migrateDestructively(schema).steps())
                .extracting(Step::description)
                .containsExactly("drop the table u," + " which is no longer declared");
        assertThat(query("SELECT name FROM sqlite_schema WHERE name IN ('t', 'u', 'i', 'hand')"))
                .extracting(row -> row.getString("name"))
                .containsExactly("t", "hand");
        assertThat(replica.tables()).extracting(ReplicatedTable::name).containsExactly("t");
    }

    @Test
    void aSchemaWithoutTablesDropsNone() {
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY)");
        assertThat(migrateDestructively()).matches(SchemaPlan::isEmpty);
        assertThat(replica.tables()).hasSize(1);
    }
}
