package dev.corrosion.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.Row;
import dev.corrosion.SchemaException;
import dev.corrosion.SchemaPlan;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.ReplicatedTable;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaMigrationTest extends SchemaTestBase {

    SchemaMigrationTest(@TempDir Path directory) {
        super(directory);
    }

    @Test
    void makesTablesIndexesAndViewsAndReplicatesTheTables() {
        SchemaPlan applied = migrate(
                """
                -- what there is to do; really
                CREATE TABLE todo (
                  id TEXT PRIMARY KEY, -- ours; a UUID
                  title TEXT NOT NULL DEFAULT 'a;b'
                );
                /* and ; more */
                CREATE INDEX IF NOT EXISTS todo_title ON todo (title);
                CREATE VIEW titles AS SELECT title FROM todo;;
                """, "CREATE TABLE IF NOT EXISTS tag (todo TEXT, tag TEXT, PRIMARY KEY (todo, tag)) WITHOUT ROWID");

        assertThat(applied.toString())
                .isEqualTo("create the table todo\ncreate the table tag\ncreate the index todo_title\n"
                        + "create the view titles");
        assertThat(replica.tables()).extracting(ReplicatedTable::name).containsExactly("todo", "tag");
        write("INSERT INTO todo VALUES ('x', 'one')");
        assertThat(query("SELECT * FROM titles")).hasSize(1);
        assertThat(changes()).hasSize(1);
    }

    @Test
    void doesNothingTheSecondTime() {
        String schema = "CREATE TABLE t (id TEXT PRIMARY KEY, a INT DEFAULT 3 CHECK (a > 1)); CREATE INDEX i ON t (a);"
                + " CREATE VIEW v AS SELECT a FROM t;";
        migrate(schema);
        write("INSERT INTO t VALUES ('x', 2)");
        List<Row> before = query("SELECT type, name, sql FROM sqlite_schema");

        assertThat(migrate(schema.replace("(id TEXT", " ( /* key */ \"id\" text ")))
                .isEqualTo(new SchemaPlan(List.of()));

        assertThat(query("SELECT type, name, sql FROM sqlite_schema")).isEqualTo(before);
        assertThat(replica.version()).isEqualTo(1);
    }

    @Test
    void addsColumnsWithoutRecordingAnything() {
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a)");
        write("INSERT INTO t VALUES ('x', 1)");
        List<Change> before = changes();

        SchemaPlan applied = migrate("CREATE TABLE t (id TEXT PRIMARY KEY, b TEXT NOT NULL DEFAULT 'new', a, c);"
                + " CREATE INDEX t_b ON t (b)");

        assertThat(applied.toString())
                .isEqualTo("add the column b to the table t\nadd the column c to the table t\ncreate the index t_b");
        assertThat(replica.version()).isEqualTo(1);
        assertThat(changes()).isEqualTo(before);
        assertThat(query("SELECT id, b, a, c FROM t").get(0).values()).containsExactly("x", "new", 1L, null);
        write("UPDATE t SET b = 'other'");
        assertThat(changes()).extracting(Change::cid).containsExactlyInAnyOrder("a", "b");
        assertThat(migrate("CREATE TABLE t (id TEXT PRIMARY KEY, b TEXT NOT NULL DEFAULT 'new', a, c);"
                        + " CREATE INDEX t_b ON t (b)"))
                .matches(SchemaPlan::isEmpty);
    }

    @Test
    void replacesIndexesAndViewsThatDiffer() {
        migrate(
                "CREATE TABLE t (id TEXT PRIMARY KEY, a, b); CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT a FROM t");
        migrate(
                "CREATE TABLE t (id TEXT PRIMARY KEY, a, b); CREATE INDEX i ON t (b); CREATE VIEW v AS SELECT b FROM t");
        assertThat(query("SELECT name FROM pragma_index_info('i')").get(0).getString("name"))
                .isEqualTo("b");
        assertThat(query("SELECT * FROM v LIMIT 0")).isEmpty();
    }

    @Test
    void takesOverATableThatHasRows() {
        byHand("CREATE TABLE t (id TEXT PRIMARY KEY, a)", "INSERT INTO t VALUES ('x', 1)");
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a, b)");
        assertThat(changes()).extracting(Change::cid).containsExactlyInAnyOrder("a", "b");
        assertThat(replica.version()).isEqualTo(1);
    }

    @Test
    void refusesATableWithRowsThatHaveNoKey() {
        byHand("CREATE TABLE t (id TEXT PRIMARY KEY, a)", "INSERT INTO t (a) VALUES (1)");
        assertThatThrownBy(() -> migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a)"))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("key column id is NULL");
    }

    @Test
    void refusesATableWithAUniqueIndexThatWasMadeByHand() {
        byHand("CREATE TABLE t (id TEXT PRIMARY KEY, a)", "CREATE UNIQUE INDEX hand ON t (a)");
        assertThatThrownBy(() -> migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a)"))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("the index hand")
                .hasMessageContaining("Drop the index");
    }

    @Test
    void dropsIndexesAndViewsThatAreNoLongerDeclaredAndLeavesThoseMadeByHand() {
        String table = "CREATE TABLE t (id TEXT PRIMARY KEY, a);";
        migrate(table + "CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT a FROM t");
        byHand("CREATE INDEX hand_i ON t (a)", "CREATE VIEW hand_v AS SELECT a FROM t");

        migrate(table);

        assertThat(query("SELECT name FROM sqlite_schema WHERE name IN ('i', 'v', 'hand_i', 'hand_v') ORDER BY name"))
                .extracting(row -> row.getString("name"))
                .containsExactly("hand_i", "hand_v");
    }

    /** Everything that SQLite can do with a table of which single cells are written in any order. */
    @Test
    void replicatesWhatCanBeReplicated(@TempDir Path directory) {
        String schema = """
                CREATE TABLE t (
                  a INTEGER NOT NULL, b TEXT NOT NULL,
                  whatever ANY,
                  n INT CHECK (n > 0) DEFAULT 1,
                  doc TEXT CHECK (json_valid(doc)),
                  kept INT AS (n * 2) STORED,
                  shown TEXT AS (doc ->> '$.name') VIRTUAL,
                  PRIMARY KEY (b, a)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE j (id BLOB PRIMARY KEY, doc JSON, other REFERENCES t);
                CREATE INDEX i ON t (shown) WHERE n > 1;
                """;
        SchemaTestBase other = new SchemaTestBase(directory, 2);
        try {
            migrate(schema);
            other.migrate(schema);
            write(
                    "INSERT INTO t (a, b, whatever, n, doc) VALUES (1, 'x', 1, 3, '{\"name\": \"n\"}'), (2, 'x', 1.0, 1, NULL),"
                            + " (3, 'x', '1', 1, NULL)",
                    "INSERT INTO j VALUES (x'01', '[1]', 7)");
            other.merge(changes());

            assertThat(other.query("SELECT *, typeof(whatever) FROM t"))
                    .hasSize(3)
                    .isEqualTo(query("SELECT *, typeof(whatever) FROM t"));
            assertThat(other.query("SELECT kept, shown FROM t").get(0).values()).containsExactly(6L, "n");
            assertThat(other.query("SELECT hex(id), doc FROM j")).isEqualTo(query("SELECT hex(id), doc FROM j"));
            assertThat(migrate(schema)).matches(SchemaPlan::isEmpty);
        } finally {
            other.close();
        }
    }

    @Test
    void leavesTablesThatAreNoLongerDeclared() {
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a)");
        write("INSERT INTO t VALUES ('x', 1)");
        migrate("CREATE TABLE u (id TEXT PRIMARY KEY)");
        assertThat(query("SELECT * FROM t")).hasSize(1);
        assertThat(replica.tables()).extracting(ReplicatedTable::name).containsExactly("t", "u");
    }

    @Test
    void blamesTheLineThatIsWrongAndQuotesTheStatement() {
        assertThatThrownBy(() -> migrate("-- a; b\n/* c;\n */\nCREATE TRIGGER\n x AFTER INSERT ON t BEGIN\n SELECT 1;"
                        + " SELECT 2; END;\n"))
                .hasMessageContaining("source 1, line 4: no such table: main.t (in: CREATE TRIGGER)");
        assertThatThrownBy(() -> migrate("CREATE TABLE t (\n  id TEXT PRIMARY KEY,\n  a INT DEFALT 3\n);\n"))
                .hasMessageContaining("source 1, line 3: near \"3\"");
    }

    @Test
    void namesSourceLineAndReasonAndAppliesNothing() {
        List<Row> before = schemaRows();
        assertThatThrownBy(() -> migrate(
                        "CREATE TABLE first (id TEXT PRIMARY KEY);",
                        "CREATE TABLE ok (id TEXT PRIMARY KEY);\n\n-- here\nCREATE TABEL t (a);"))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("source 2, line 4");
        assertThatThrownBy(() -> migrate("CREATE TABLE first (id TEXT PRIMARY KEY);\nCREATE INDEX i ON first (nosuch)"))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("source 1, line 2")
                .hasMessageContaining("nosuch");
        assertThatThrownBy(() -> migrate("CREATE TABLE first (id TEXT PRIMARY KEY DEFAULT 'x)"))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("source 1, line 1")
                .hasMessageContaining("has no end");
        assertThat(schemaRows()).isEqualTo(before);
        assertThat(replica.tables()).isEmpty();
    }

    @Test
    void undoesEverythingIfTheDatabaseRefusesTheLastStep() {
        byHand("CREATE TABLE clash (a)");
        List<Row> before = schemaRows();
        assertThatThrownBy(
                        () -> migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE VIEW clash AS SELECT a FROM t"))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("clash");
        assertThat(schemaRows()).isEqualTo(before);
        assertThat(replica.tables()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "CREATE TABLE t (id TEXT, a) | no PRIMARY KEY",
                "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a) | AUTOINCREMENT",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a UNIQUE) | UNIQUE",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE UNIQUE INDEX i ON t (a) | UNIQUE",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a REFERENCES u ON DELETE CASCADE) | CASCADE",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a NOT NULL) | NOT NULL without a DEFAULT",
                "CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY, a) | collation",
                "CREATE TABLE t (id PRIMARY KEY, a) | has no type",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a, b, CHECK (a < b)) | several columns",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a DEFAULT 0 CHECK (a > 0)) | breaks its own CHECK",
                "CREATE TABLE t (id TEXT PRIMARY KEY, \"-1\") | reserved",
                "CREATE TABLE corrosion_t (id TEXT PRIMARY KEY) | reserved",
                "CREATE TABLE __corrosion_t (id TEXT PRIMARY KEY) | reserved",
                "CREATE TABLE t AS SELECT 1 AS a | no PRIMARY KEY",
                "CREATE TEMP TABLE t (id TEXT PRIMARY KEY) | TEMP",
                "CREATE TABLE temp.t (id TEXT PRIMARY KEY) | TEMP",
                "CREATE VIRTUAL TABLE t USING fts5(a) | VIRTUAL",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT nosuch; END | nosuch",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE TRIGGER x AFTER UPDATE OF a ON t BEGIN UPDATE u SET b = 1; END | u",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE TRIGGER x AFTER DELETE ON t BEGIN SELECT 1; | incomplete",
                "CREATE TEMP TRIGGER x AFTER DELETE ON t BEGIN SELECT 1; END | TEMP",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE VIEW v AS SELECT nosuch FROM t | nosuch",
                "CREATE TABLE t (id TEXT PRIMARY KEY); CREATE TABLE IF NOT EXISTS t (id TEXT PRIMARY KEY) | already",
                "INSERT INTO t VALUES (1) | INSERT does not belong",
                "DROP TABLE t | DROP does not belong"
            })
    void refusesWhatCannotBeReplicated(String sql, String reason) {
        assertThatThrownBy(() -> migrate(sql))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("source 1, line 1")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT) | drop the column b of the table t",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a TEXT, b TEXT DEFAULT 'x') | type TEXT instead of INT",
                "CREATE TABLE t (id TEXT, a INT, b TEXT DEFAULT 'x', PRIMARY KEY (id, a)) | primary key",
                "CREATE TABLE t (id TEXT, a INT, b TEXT DEFAULT 'x', c TEXT, PRIMARY KEY (id, c)) | primary key",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b TEXT DEFAULT 'y') | DEFAULT 'y' instead of 'x'",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT NOT NULL DEFAULT 1, b TEXT DEFAULT 'x') | NOT NULL",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT CHECK (a > 0), b TEXT DEFAULT 'x') | declared differently",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b TEXT COLLATE NOCASE DEFAULT 'x') | declared differently",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b TEXT DEFAULT 'x') WITHOUT ROWID | options",
                "CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b TEXT DEFAULT 'x', c DEFAULT CURRENT_TIMESTAMP) | non-constant",
                "CREATE TABLE T (id TEXT PRIMARY KEY, a INT, b TEXT DEFAULT 'x') | is called t"
            })
    void refusesChangesThatWouldLoseDataOrMakeNodesDisagree(String sql, String reason) {
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b TEXT DEFAULT 'x')");
        write("INSERT INTO t (id) VALUES ('k')");
        List<Row> before = query("SELECT type, name, sql FROM sqlite_schema");

        assertThatThrownBy(() -> migrate(sql))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("source 1, line 1")
                .hasMessageContaining(reason);

        assertThat(query("SELECT type, name, sql FROM sqlite_schema")).isEqualTo(before);
    }
}
