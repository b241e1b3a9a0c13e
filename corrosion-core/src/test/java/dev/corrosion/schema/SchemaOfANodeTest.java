package dev.corrosion.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Row;
import dev.corrosion.SchemaException;
import dev.corrosion.SchemaPlan;
import dev.corrosion.Statement;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema as a node opens with it. */
class SchemaOfANodeTest {

    private static final String OLD = "CREATE TABLE t (id TEXT PRIMARY KEY, a INT)";
    private static final String NEW = "CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b INT DEFAULT 7)";

    private final Path directory;

    SchemaOfANodeTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private CorrosionOptions.Builder options(String... schema) {
        CorrosionOptions.Builder options = CorrosionOptions.builder()
                .database(directory.resolve("data.db"))
                .host("127.0.0.1")
                .port(0);
        for (String sql : schema) {
            options.schema(sql);
        }
        return options;
    }

    private static List<Row> query(Corrosion node, String sql) {
        return node.query(Statement.of(sql));
    }

    @Test
    void aDryRunMayLookAtTheDatabaseOfARunningNode() {
        try (Corrosion node = Corrosion.open(options(OLD).build())) {
            node.write(Statement.of("INSERT INTO t VALUES ('x', 1)"));

            SchemaPlan plan = Corrosion.plan(options(NEW).build());

            assertThat(plan.toString()).isEqualTo("add the column b to the table t");
            assertThat(Corrosion.plan(options(OLD).build())).matches(SchemaPlan::isEmpty);
            assertThat(query(node, "SELECT * FROM t").get(0).columns()).containsExactly("id", "a");
            assertThat(node.write(Statement.of("UPDATE t SET a = 2")).version()).isEqualTo(2);
        }
    }

    @Test
    void aBadSchemaStopsTheStartAndTheNextStartFindsEverythingAsItWas() {
        try (Corrosion node = Corrosion.open(options(OLD).build())) {
            node.write(Statement.of("INSERT INTO t VALUES ('x', 1)"));
        }

        assertThatThrownBy(() -> Corrosion.open(options(NEW, "CREATE TABLE u (\n  id TEXT PRIMARY KEY;\n")
                        .build()))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("schema[1], line 1: ");
        assertThatThrownBy(() -> Corrosion.open(
                        options("CREATE TABLE t (id TEXT PRIMARY KEY)").build()))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("schema, line 1: drop the column a")
                .hasMessageContaining("corrosion.schema.allow-destructive");

        try (Corrosion node = Corrosion.open(options(OLD).build())) {
            assertThat(query(node, "SELECT * FROM t").get(0).values()).containsExactly("x", 1L);
        }
    }

    @Test
    void aDeclaredViewMayReadTheMembersAndStaysWhileItsTableIsMadeAnew() {
        String view = "CREATE VIEW v AS SELECT t.id, m.port > 0 FROM t JOIN corrosion_members m";
        assertThat(Corrosion.plan(options(OLD, view).build()).toString()).contains("create the view v");
        try (Corrosion node = Corrosion.open(options(OLD, view).build())) {
            node.write(Statement.of("INSERT INTO t VALUES ('x', 1)"));
            // The node writes itself down right after it has begun.
            Awaitility.await().untilAsserted(() -> assertThat(query(node, "SELECT * FROM v"))
                    .singleElement()
                    .extracting(Row::values)
                    .isEqualTo(List.of("x", 1L)));
        }
        String rebuilt = "CREATE TABLE t (id TEXT PRIMARY KEY, a TEXT CHECK (a <> ''))";
        try (Corrosion node = Corrosion.open(
                options(rebuilt, view).allowDestructiveSchema(true).build())) {
            assertThat(query(node, "SELECT * FROM v").get(0).values()).containsExactly("x", 1L);
        }
    }

    @Test
    void aNewColumnTakesNoVersion() {
        try (Corrosion node = Corrosion.open(options(OLD).build())) {
            node.write(Statement.of("INSERT INTO t VALUES ('x', 1)"));
        }
        try (Corrosion node = Corrosion.open(options(NEW).build())) {
            assertThat(query(node, "SELECT b FROM t").get(0).values()).containsExactly(7L);
            assertThat(node.write(Statement.of("UPDATE t SET b = 8")).version()).isEqualTo(2);
        }
        try (Corrosion node =
                Corrosion.open(options(OLD).allowDestructiveSchema(true).build())) {
            assertThat(query(node, "SELECT * FROM t").get(0).columns()).containsExactly("id", "a");
            assertThat(node.write(Statement.of("UPDATE t SET a = 2")).version()).isEqualTo(3);
        }
    }
}
