package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.store.Database;
import dev.corrosion.store.PreparedStatements;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What versions are said to have touched where they were merged, not where they were written. */
class TouchedRowsTest {

    private static final ActorId WRITER = new ActorId(new UUID(0, 1));

    private final Replica writer = new Replica(() -> WRITER);
    private final Replica reader = new Replica(() -> new ActorId(new UUID(0, 2)));
    private final Database written;
    private final Database read;

    TouchedRowsTest(@TempDir Path directory) {
        written = Database.open(directory.resolve("1.db"), writer);
        read = Database.open(directory.resolve("2.db"), reader);
        for (Replica replica : List.of(writer, reader)) {
            write(replica == writer ? written : read, replica, "CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, a, b)");
        }
        write(written, writer, "INSERT INTO t VALUES ('x', 1, 2)");
        write(written, writer, "UPDATE t SET b = 3");
    }

    @AfterEach
    void close() {
        written.close();
        read.close();
    }

    private static void write(Database database, Replica replica, String sql) {
        database.write(c -> {
                    replica.begin("1");
                    try (Statement statement = c.createStatement()) {
                        statement.executeUpdate(sql);
                    }
                    if (sql.startsWith("CREATE")) {
                        replica.adopt(c, "t");
                    }
                    return replica.finish();
                })
                .join();
    }

    private void merge(long version) {
        List<Change> changes = written.read(c -> ChangeReader.all(c, writer.tables())).stream()
                .filter(change -> change.dbVersion() == version)
                .toList();
        assertThat(changes).isNotEmpty();
        read.write(c -> reader.mergeVersions(c, changes)).join();
    }

    private List<String> touchedBy(long version) {
        List<String> touched = new ArrayList<>();
        read.read(c -> {
            try (PreparedStatements statements = new PreparedStatements(c)) {
                return new TouchedRows()
                        .visit(statements, reader.tables(), WRITER, version, version, 10, new TouchedRows.Visitor() {
                            @Override
                            public void row(ReplicatedTable table, List<@Nullable Object> key, long by) {
                                touched.add("row " + key);
                            }

                            @Override
                            public void cell(
                                    ReplicatedTable table, List<@Nullable Object> key, String column, long by) {
                                touched.add("cell " + key + " " + column);
                            }
                        });
            }
        });
        return touched;
    }

    @Test
    void anUpdateOfARowThatIsHereIsOneOfACell() {
        merge(1);
        merge(2);

        assertThat(touchedBy(2)).containsExactly("cell [x] b");
    }

    @Test
    void anUpdateThatComesBeforeTheInsertMakesTheRow() {
        merge(2);

        assertThat(touchedBy(2)).containsExactly("row [x]");
    }

    @Test
    void theInsertThatComesAfterItsUpdateIsOneOfARow() {
        merge(2);
        merge(1);

        assertThat(touchedBy(1)).containsExactly("row [x]");
    }
}
