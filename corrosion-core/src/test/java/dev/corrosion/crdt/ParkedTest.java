package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.ActorId;
import dev.corrosion.store.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with different schemas: the older one keeps what it does not know, passes it on, and merges it later. */
class ParkedTest {

    private static final String T = "CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, a)";
    private static final String U = "CREATE TABLE u (x INTEGER, y BLOB, v TEXT, PRIMARY KEY (x, y))";

    private final Path directory;
    private final List<Node> nodes = new ArrayList<>();

    ParkedTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> node.database.close());
    }

    private final class Node {

        final Path file;
        final ActorId actor;
        Replica replica;
        Database database;

        Node(int number) {
            actor = new ActorId(new UUID(0, number));
            file = directory.resolve(number + ".db");
            replica = new Replica(() -> actor);
            database = Database.open(file, replica);
            nodes.add(this);
        }

        Node schema(String... sql) {
            database.write(c -> {
                        replica.begin("1");
                        for (String one : sql) {
                            run(c, one);
                            String table = one.split(" ", 4)[2];
                            if (one.startsWith("CREATE")) {
                                replica.adopt(c, table);
                            } else {
                                replica.refresh(c, table);
                            }
                        }
                        return replica.finish();
                    })
                    .join();
            return this;
        }

        void write(String... sql) {
            database.write(c -> {
                        replica.begin("7");
                        for (String one : sql) {
                            run(c, one);
                        }
                        return replica.finish();
                    })
                    .join();
        }

        /** Takes in all that the other node has, as the other node passes it on. */
        void fetch(Node from) {
            List<Change> changes = from.changes();
            database.write(c -> replica.mergeVersions(c, changes)).join();
        }

        List<Change> changes() {
            return database.read(c -> ChangeReader.all(c, replica.tables()));
        }

        List<String> parked() {
            return database.read(Replica::parked);
        }

        List<String> rows(String sql) {
            return database.read(c -> {
                List<String> rows = new ArrayList<>();
                try (Statement statement = c.createStatement();
                        ResultSet row = statement.executeQuery(sql)) {
                    while (row.next()) {
                        rows.add(row.getString(1));
                    }
                }
                return rows;
            });
        }

        void reopen() {
            database.close();
            replica = new Replica(() -> actor);
            database = Database.open(file, replica);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void keepsChangesOfAnUnknownTableAndMergesThemWhenItIsThere() {
        Node newer = new Node(1).schema(T, U);
        Node older = new Node(2).schema(T);
        newer.write("INSERT INTO t VALUES ('k', 1)", "INSERT INTO u VALUES (1, x'0102', 'one'), (2, x'', 'two')");
        newer.write("UPDATE u SET v = 'uno' WHERE x = 1", "DELETE FROM u WHERE x = 2");
        older.fetch(newer);
        assertThat(older.rows("SELECT a FROM t")).containsExactly("1");
        assertThat(older.parked()).hasSize(2).allMatch(line -> line.contains("the table u"));

        older.reopen();
        older.schema(U);
        assertThat(older.rows("SELECT v FROM u")).containsExactly("uno");
        assertThat(older.parked()).isEmpty();
        assertThat(older.changes()).containsExactlyInAnyOrderElementsOf(newer.changes());
    }

    @Test
    void keepsChangesOfAnUnknownColumnWhileTheOthersAreSeenAtOnce() {
        Node newer = new Node(1).schema(T, "ALTER TABLE t ADD COLUMN b");
        Node older = new Node(2).schema(T);
        newer.write("INSERT INTO t VALUES ('k', 1, 2), ('gone', 1, 2)");
        older.fetch(newer);
        assertThat(older.rows("SELECT a FROM t ORDER BY id")).containsExactly("1", "1");
        older.write("DELETE FROM t WHERE id = 'gone'");
        assertThat(older.changes())
                .filteredOn(change -> PackedKey.unpack(change.pk()).contains("gone"))
                .extracting(Change::cid)
                .containsExactly(Change.SENTINEL);
        older.schema("ALTER TABLE t ADD COLUMN b");
        assertThat(older.rows("SELECT b FROM t")).containsExactly("2");
        assertThat(older.parked()).isEmpty();
        newer.fetch(older);
        assertThat(older.changes()).containsExactlyInAnyOrderElementsOf(newer.changes());
    }

    @Test
    void passesOnWhatItKeeps() {
        Node newer = new Node(1).schema(T, U);
        Node older = new Node(2).schema(T);
        Node third = new Node(3).schema(T, U);
        newer.write("INSERT INTO u VALUES (1, x'01', 'one')", "INSERT INTO t VALUES ('k', 1)");
        older.fetch(newer);
        assertThat(older.changes()).containsExactlyInAnyOrderElementsOf(newer.changes());
        third.fetch(older);
        assertThat(third.rows("SELECT v FROM u")).containsExactly("one");
    }

    @Test
    void keepsOfEachCellTheChangeThatWins() {
        Node newer = new Node(1).schema(U);
        Node older = new Node(2).schema(T);
        newer.write("INSERT INTO u VALUES (1, x'01', 'old')");
        List<Change> stale = newer.changes();
        newer.write("UPDATE u SET v = 'new'");
        older.fetch(newer);
        older.database.write(c -> older.replica.mergeVersions(c, stale)).join();
        newer.write("DELETE FROM u");
        older.fetch(newer);
        older.database.write(c -> older.replica.mergeVersions(c, stale)).join();
        assertThat(older.changes()).containsExactlyElementsOf(newer.changes());
    }

    @Test
    void withoutParkingTheyAreRejected() {
        Node newer = new Node(1).schema(U);
        Node older = new Node(2).schema(T);
        newer.write("INSERT INTO u VALUES (1, x'01', 'x')");
        List<Change> changes = newer.changes();
        assertThatThrownBy(() -> older.database
                        .write(c -> older.replica.merge(c, changes))
                        .join())
                .hasCauseInstanceOf(MergeException.class);
    }

    @Test
    void whatDoesNotFitTheTableThatCameIsKeptOn() {
        Node newer = new Node(1).schema(U);
        Node older = new Node(2).schema(T);
        newer.write("INSERT INTO u VALUES (1, x'01', 'bad'), (2, x'02', 'good')");
        older.fetch(newer);
        older.schema("CREATE TABLE u (x INTEGER, y BLOB, v TEXT CHECK (v <> 'bad'), PRIMARY KEY (x, y))");
        assertThat(older.rows("SELECT v FROM u")).containsExactly("good");
        assertThat(older.parked()).hasSize(1);
    }
}
