package dev.corrosion.schema;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions.SchemaSource;
import dev.corrosion.Row;
import dev.corrosion.SchemaException;
import dev.corrosion.SchemaPlan;
import dev.corrosion.Statement;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.ChangeReader;
import dev.corrosion.crdt.Replica;
import dev.corrosion.store.Database;
import dev.corrosion.store.Statements;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;

/** A database that schemas are applied to. Actors are numbered. */
class SchemaTestBase {

    final Path file;
    final Replica replica;
    final Database database;

    SchemaTestBase(Path directory) {
        this(directory, 1);
    }

    SchemaTestBase(Path directory, int actor) {
        file = directory.resolve("data-" + actor + ".db");
        replica = new Replica(() -> new ActorId(new UUID(0, actor)));
        database = Database.open(file, replica);
    }

    @AfterEach
    void close() {
        database.close();
    }

    static List<SchemaSource> sources(String... sources) {
        List<SchemaSource> all = new ArrayList<>();
        for (String sql : sources) {
            all.add(new SchemaSource("source " + (all.size() + 1), sql));
        }
        return all;
    }

    SchemaPlan migrate(String... sources) {
        return migrate(false, sources);
    }

    SchemaPlan migrateDestructively(String... sources) {
        return migrate(true, sources);
    }

    private SchemaPlan migrate(boolean allowDestructive, String... sources) {
        try {
            return database.write(c -> {
                        replica.begin("7");
                        SchemaPlan applied = SchemaMigration.apply(c, replica, sources(sources), allowDestructive);
                        replica.finish();
                        return applied;
                    })
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SchemaException refused) {
                throw refused;
            }
            throw e;
        }
    }

    /** As an application writes. */
    void write(String... statements) {
        database.write(c -> {
                    replica.begin("7");
                    for (String sql : statements) {
                        Statements.execute(c, Statement.of(sql));
                    }
                    return replica.finish();
                })
                .join();
    }

    /** As somebody does with a SQLite shell. */
    void byHand(String... statements) {
        database.write(c -> {
                    try (java.sql.Statement statement = c.createStatement()) {
                        for (String sql : statements) {
                            statement.execute(sql);
                        }
                    }
                    return true;
                })
                .join();
    }

    /** As another node's changes arrive. */
    void merge(List<Change> changes) {
        database.write(c -> replica.merge(c, changes)).join();
    }

    List<Row> query(String sql) {
        return database.read(c -> Statements.query(c, Statement.of(sql)));
    }

    /** All that SQLite knows of the schema, the node's own tables and triggers included. */
    List<Row> schemaRows() {
        return query("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
    }

    List<Change> changes() {
        return database.read(c -> ChangeReader.all(c, replica.tables()));
    }
}
