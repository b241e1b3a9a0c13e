package dev.corrosion.jdbc;

import dev.corrosion.DataSourceOptions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Connections to the node's database. They cost nothing until they are used, so no pool is needed above it. */
final class CorrosionDataSource implements DataSource {

    private final DataSources node;
    private final DataSourceOptions options;

    CorrosionDataSource(DataSources node, DataSourceOptions options) {
        this.node = node;
        this.options = options;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return JdbcConnection.open(node, options);
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "the database is this process's own and has no users: getConnection() without a name", "0A000");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        throw unsupported("setLogWriter");
    }

    /** Seconds, as JDBC has it. */
    @Override
    public int getLoginTimeout() {
        return Math.toIntExact(Math.min(options.waitTimeout().toSeconds(), Integer.MAX_VALUE));
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw unsupported("setLoginTimeout; set DataSourceOptions.waitTimeout");
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw unsupported("getParentLogger");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("it is no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }

    private static SQLFeatureNotSupportedException unsupported(String what) {
        return new SQLFeatureNotSupportedException("not supported: " + what, "0A000");
    }

    @Override
    public String toString() {
        return "CorrosionDataSource[" + options + "]";
    }
}
