package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.ActorId;
import dev.corrosion.store.Database;
import dev.corrosion.store.PreparedStatements;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.AbstractList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

class VersionCursorTest {

    private static final ActorId SELF = new ActorId(new UUID(0, 5));

    /** SQLite keeps an interrupt for as long as any result is open: then not even a rollback is possible. */
    @Test
    void leavesNoResultOpenWhenItCannotBeOpened(@TempDir Path directory) {
        Replica replica = new Replica(() -> SELF);
        try (Database database = Database.open(directory.resolve("data.db"), replica)) {
            database.write(connection -> {
                        run(connection, "CREATE TABLE t (id TEXT PRIMARY KEY, a)");
                        replica.adopt(connection, "t");
                        replica.begin("7");
                        run(connection, "INSERT INTO t VALUES ('x', 1)");
                        run(connection, "INSERT INTO t VALUES ('y', 2)");
                        return replica.finish();
                    })
                    .join();
            database.read(connection -> {
                TableChanges table = new TableChanges(
                        new PreparedStatements(connection), replica.tables().get(0));
                long actor =
                        number(connection, "SELECT actor FROM " + table.clock().rows() + " LIMIT 1");
                assertThatThrownBy(() -> new VersionCursor(failingAfter(table), SELF, actor, 1, 0))
                        .hasMessage("the second table cannot be read");
                ((SQLiteConnection) connection).getDatabase().interrupt();
                assertThat(number(connection, "SELECT count(*) FROM t")).isEqualTo(2);
                return true;
            });
        }
    }

    private static List<TableChanges> failingAfter(TableChanges first) {
        return new AbstractList<>() {
            @Override
            public TableChanges get(int index) {
                if (index == 0) {
                    return first;
                }
                throw new IllegalStateException("the second table cannot be read");
            }

            @Override
            public int size() {
                return 2;
            }
        };
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
