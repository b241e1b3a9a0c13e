package dev.corrosion.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementsTest {

    private final Connection connection;

    StatementsTest() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (a, b)");
        }
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private Object stored(Object value) throws SQLException {
        List<Row> rows = Statements.query(connection, Statement.of("SELECT ?", value));
        return Objects.requireNonNull(rows.get(0).get(0));
    }

    @Test
    void keepsEveryPromisedTypeExactly() throws SQLException {
        assertThat(stored("a\0b \uD83D\uDE00")).isEqualTo("a\0b \uD83D\uDE00");
        assertThat(stored("")).isEqualTo("");
        assertThat((byte[]) stored(new byte[0])).isEmpty();
        assertThat((byte[]) stored(new byte[] {0, -1})).containsExactly(0, -1);
        assertThat(stored(true)).isEqualTo(1L);
        assertThat(stored(7)).isEqualTo(7L);
        assertThat(stored(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(stored(new AtomicLong(9))).isEqualTo(9L);
        assertThat(stored(BigInteger.valueOf(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
        assertThat(stored(new BigDecimal("1.5"))).isEqualTo(1.5);
        assertThat(stored(Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Double.doubleToRawLongBits((double) stored(-0.0))).isEqualTo(Double.doubleToRawLongBits(-0.0));
        assertThat(stored(Double.MIN_VALUE)).isEqualTo(Double.MIN_VALUE);
        assertThat(stored(TimeUnit.DAYS)).isEqualTo("DAYS");
        assertThat(stored(new UUID(1, 2))).isEqualTo("00000000-0000-0001-0000-000000000002");
        assertThat(stored(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(stored(LocalDate.of(2024, 2, 29))).isEqualTo("2024-02-29");
        assertThat(stored(Duration.ofMinutes(90))).isEqualTo("PT1H30M");
        assertThat(Statements.query(connection, Statement.of("SELECT ?", (Object) null))
                        .get(0)
                        .get(0))
                .isNull();
    }

    @Test
    void refusesValuesThatSqliteWouldChange() {
        assertThatThrownBy(() -> stored(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> stored(BigInteger.ONE.shiftLeft(63))).hasMessageContaining("64 bits");
        assertThatThrownBy(() -> stored(new BigDecimal("1e999"))).hasMessageContaining("too large");
        assertThatThrownBy(() -> stored(List.of())).hasMessageContaining("no place for a");
    }

    @Test
    void bindsNamesWhereverTheyStandButNotInTextsAndComments() throws SQLException {
        Row row = Statements.query(
                        connection,
                        Statement.of(
                                "SELECT :a AS x, @b, $a, ':a', \"?\" /* :c ; */ -- ? ;\n FROM (SELECT 1 AS \"?\");",
                                Map.of("a", 5, "b", "six")))
                .get(0);
        assertThat(row.values()).containsExactly(5L, "six", 5L, ":a", 1L);
        assertThat(row.get("X")).isEqualTo(5L);
    }

    @Test
    void bindsPositionsAndNumbers() throws SQLException {
        Row row = Statements.query(connection, Statement.of("SELECT ?2, ?1, ?, ?1", 1, 2, 3))
                .get(0);
        assertThat(row.values()).containsExactly(2L, 1L, 3L, 1L);
    }

    @Test
    void saysWhichParameterIsMissingOrTooMany() {
        assertThatThrownBy(() -> query("SELECT ?, ?", 1)).hasMessageContaining("parameter 2 has no value");
        assertThatThrownBy(() -> query("SELECT ?", 1, 2)).hasMessageContaining("2 values are given for 1 parameters");
        assertThatThrownBy(() -> query("SELECT ?0", 1)).hasMessageContaining("not a parameter: ?0");
        assertThatThrownBy(() -> Statements.query(connection, Statement.of("SELECT :a", Map.of("b", 1))))
                .hasMessageContaining(":a has no value");
        assertThatThrownBy(() -> Statements.query(connection, Statement.of("SELECT :a", Map.of("a", 1, "b", 1))))
                .hasMessageContaining("no parameter :b");
        assertThatThrownBy(() -> Statements.query(connection, Statement.of("SELECT :a, ?", Map.of("a", 1))))
                .hasMessageContaining("not both");
    }

    private List<Row> query(String sql, Object... parameters) throws SQLException {
        return Statements.query(connection, Statement.of(sql, parameters));
    }

    @Test
    void countsRowsAlsoOfReturning() throws SQLException {
        assertThat(execute("INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)")).isEqualTo(3);
        assertThat(execute("UPDATE t SET b = 9 WHERE a > 1 RETURNING a")).isEqualTo(2);
        assertThat(execute("DELETE FROM t WHERE a = 99")).isZero();
        assertThat(execute("WITH x(n) AS (VALUES (4)) INSERT INTO t SELECT n, n FROM x"))
                .isEqualTo(1);
        assertThat(query("SELECT count(*) AS n FROM t WHERE b = 9").get(0).getLong("n"))
                .isEqualTo(2);
    }

    @Test
    void statementsThatStayPreparedWorkAgainAfterAFailure() throws SQLException {
        PreparedStatements prepared = new PreparedStatements(connection);
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.execute("CREATE UNIQUE INDEX i ON t (a)");
        }
        for (int i = 0; i < 2 * PreparedStatements.CAPACITY; i++) {
            String sql = "INSERT INTO t VALUES (?, " + i + ") RETURNING a";
            assertThat(Statements.execute(prepared, Statement.of(sql, i), 1).rows())
                    .isEqualTo(1);
            assertThatThrownBy(() -> Statements.execute(prepared, Statement.of(sql, 0), 1))
                    .hasMessageContaining("UNIQUE");
            assertThat(Statements.execute(prepared, Statement.of(sql, -1 - i), 1)
                            .rows())
                    .isEqualTo(1);
        }
    }

    private long execute(String sql) throws SQLException {
        return Statements.execute(connection, Statement.of(sql));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMMIT",
                "  /* x */ begin",
                "ROLLBACK",
                "SAVEPOINT x",
                "PRAGMA recursive_triggers = OFF",
                "CREATE TABLE u (a)",
                "DROP TABLE t",
                "ATTACH 'x' AS y",
                "VACUUM",
                "SELECT 1",
                "INSERT INTO t VALUES (1, 1); COMMIT",
                ";",
                "INSERT INTO t VALUES ('open, 1)"
            })
    void refusesToWriteWhatIsNoWrite(String sql) {
        assertThatThrownBy(() -> execute(sql)).isInstanceOf(CorrosionException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1, 1) RETURNING a",
                "PRAGMA query_only = OFF",
                "SELECT 1; SELECT 2",
                "COMMIT"
            })
    void refusesToQueryWhatIsNoQuery(String sql) {
        assertThatThrownBy(() -> query(sql)).isInstanceOf(CorrosionException.class);
    }

    @Test
    void stopsReadingAResultThatIsTooLong() throws SQLException {
        Statement two = Statement.of("SELECT 1 UNION ALL SELECT 2");
        assertThat(Statements.query(connection, two, 2)).hasSize(2);
        Statement endless =
                Statement.of("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
        assertThatThrownBy(() -> Statements.query(connection, endless, 2))
                .isInstanceOf(CorrosionException.class)
                .hasMessage("the result has more than 2 rows: add a WHERE or a LIMIT");
    }
}
