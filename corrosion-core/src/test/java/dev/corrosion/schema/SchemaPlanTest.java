package dev.corrosion.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.Row;
import dev.corrosion.SchemaException;
import dev.corrosion.SchemaPlan;
import dev.corrosion.SchemaPlan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaPlanTest extends SchemaTestBase {

    private static final String OLD =
            "CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b); CREATE TABLE u (id TEXT PRIMARY KEY);"
                    + " CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT a FROM t;";

    private static final String NEW =
            "CREATE TABLE t (id TEXT PRIMARY KEY, a TEXT, c); CREATE TABLE hand (id TEXT PRIMARY KEY);"
                    + " CREATE TABLE fresh (id TEXT PRIMARY KEY); CREATE VIEW v AS SELECT a, c FROM t;";

    private final Path directory;

    SchemaPlanTest(@TempDir Path directory) {
        super(directory);
        this.directory = directory;
    }

    private SchemaPlan plan(boolean allowDestructive, String... sources) {
        return SchemaMigration.plan(file, sources(sources), allowDestructive);
    }

    @Test
    void tellsWhatWouldBeDoneAndDoesNothing() {
        migrate(OLD);
        byHand("CREATE TABLE hand (id TEXT PRIMARY KEY)");
        write("INSERT INTO t VALUES ('x', 1, 2)");
        List<Row> before = schemaRows();

        SchemaPlan plan = plan(false, NEW);

        assertThat(plan.toString()).isEqualTo("""
                        drop the view v, to make it anew as it is declared now
                        drop the index i, which is no longer declared
                        rebuild the table t: the column c is new; the column b is no longer declared; the column a is \
                        declared with type TEXT instead of INT (destructive)
                        replicate the table hand with the rows that it has
                        create the table fresh
                        create the view v""");
        assertThat(plan.isDestructive()).isTrue();
        assertThat(plan.steps()).filteredOn(Step::isDestructive).hasSize(1);
        assertThat(schemaRows()).isEqualTo(before);
        assertThat(query("SELECT * FROM t").get(0).values()).containsExactly("x", 1L, 2L);
        assertThat(replica.version()).isEqualTo(1);
    }

    @Test
    void isExactlyWhatIsAppliedThen() {
        migrate(OLD);
        byHand("CREATE TABLE hand (id TEXT PRIMARY KEY)");

        assertThat(plan(true, NEW)).isEqualTo(migrateDestructively(NEW));
        assertThat(plan(true, NEW)).isEqualTo(new SchemaPlan(List.of()));
    }

    @Test
    void leavesAClosedDatabaseByteForByteAsItIsAndMakesNoneThatIsNotThere() throws IOException {
        migrate(OLD);
        database.close();
        Map<Path, String> before = files();

        plan(true, NEW);

        assertThat(files()).isEqualTo(before);

        Path missing = directory.resolve("missing").resolve("data.db");
        assertThat(SchemaMigration.plan(missing, sources(NEW), false).steps()).hasSize(4);
        assertThat(missing.getParent()).doesNotExist();
    }

    private Map<Path, String> files() throws IOException {
        Map<Path, String> files = new HashMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path path : all.toList()) {
                files.put(path, UUID.nameUUIDFromBytes(Files.readAllBytes(path)).toString());
            }
        }
        return files;
    }

    @Test
    void saysWhatCannotBeDone() {
        migrate(OLD);
        assertThatThrownBy(() -> plan(true, "CREATE TABLE t (\n id TEXT,\n a INT PRIMARY KEY, b);"))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("source 1, line 3")
                .hasMessageContaining("primary key");
    }

    @Test
    void eachStepCarriesItsSql() {
        migrate("CREATE TABLE t (id TEXT PRIMARY KEY, a)");

        SchemaPlan plan = plan(true, "CREATE TABLE t (id TEXT PRIMARY KEY, b INT); CREATE INDEX i ON t (b)");

        assertThat(plan.steps())
                .flatExtracting(Step::sql)
                .containsExactly(
                        "ALTER TABLE \"t\" ADD COLUMN b INT",
                        "ALTER TABLE \"t\" DROP COLUMN \"a\"",
                        "CREATE INDEX i ON t (b)");
    }
}
