package dev.corrosion.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.store.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryReadersTest {

    @Test
    void anEvaluationRunsOnWhicheverReaderIsFree(@TempDir Path directory) {
        QueryEngine engine = new QueryEngine(1000);
        try (Database database = Database.open(
                directory.resolve("test.db"), c -> run(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, n)"))) {
            Evaluation evaluation = database.read(connection -> {
                Evaluation made =
                        engine.evaluation(connection, dev.corrosion.Statement.of("SELECT id FROM t WHERE n = ?", "a"));
                made.start(connection);
                return made;
            });
            for (long id = 1; id <= 20; id++) {
                String insert = "INSERT INTO t VALUES (" + id + ", 'a')";
                database.write(connection -> run(connection, insert)).join();
                ChangedRows changed =
                        new ChangedRows.Builder().row("t", List.of(id), null).build();
                boolean otherReader = id % 2 == 0;
                // while one reader is busy, the next is another connection
                List<ResultChange> changes = otherReader
                        ? database.read(busy -> database.read(free -> evaluation.update(free, changed)))
                        : database.read(first -> evaluation.update(first, changed));

                assertThat(changes).hasSize(1);
            }
        }
    }

    private static int run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}
