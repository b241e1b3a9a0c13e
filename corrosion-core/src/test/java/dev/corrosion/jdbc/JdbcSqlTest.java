package dev.corrosion.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcSqlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                " -- a comment\n SELECT 1;",
                "VALUES (1), (2)",
                "WITH a AS (SELECT 1), b (x, y) AS NOT MATERIALIZED (SELECT 1, 2) SELECT * FROM a, b",
                "with replace as (select 1) select * from replace",
                "EXPLAIN DELETE FROM todo",
                "PRAGMA table_info('todo')",
                "PRAGMA main.table_xinfo(todo)",
                "pragma user_version",
            })
    void readsAreRead(String sql) throws SQLException {
        assertThat(JdbcSql.parse(sql).writes()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into todo values (1)",
                "REPLACE INTO todo VALUES (1);;",
                "/* ; */ UPDATE todo SET title = ';'",
                "delete from todo returning id",
                "WITH gone AS (SELECT id FROM todo) DELETE FROM todo WHERE id IN gone",
                "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) INSERT INTO t SELECT i FROM n",
            })
    void writesAreWritten(String sql) throws SQLException {
        assertThat(JdbcSql.parse(sql).writes()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN",
                "commit",
                "END TRANSACTION",
                "ROLLBACK TO x",
                "SAVEPOINT x",
                "/* */ RELEASE x",
                "CREATE TABLE t (id)",
                "CREATE TEMP TABLE t (id)",
                "DROP TABLE todo",
                "ALTER TABLE todo ADD x",
                "ATTACH 'x' AS y",
                "DETACH y",
                "VACUUM INTO 'x'",
                "ANALYZE",
                "REINDEX",
                "backup to 'x'",
                "restore from 'x'",
                "PRAGMA foreign_keys = ON",
                "PRAGMA user_version(7)",
                "PRAGMA main.journal_mode = DELETE",
                "PRAGMA wal_checkpoint",
                "PRAGMA writable_schema",
                "PRAGMA",
                "SELECT 1; COMMIT",
                "; COMMIT",
                "WITH a AS (SELECT 1)",
            })
    void whatWouldHarmOthersIsRefused(String sql) {
        assertThatThrownBy(() -> JdbcSql.parse(sql)).isInstanceOf(SQLFeatureNotSupportedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ; ", "SELECT 'no end", "-- nothing"})
    void whatIsNoSqlIsRefused(String sql) {
        assertThatThrownBy(() -> JdbcSql.parse(sql)).isInstanceOf(SQLException.class);
    }
}
