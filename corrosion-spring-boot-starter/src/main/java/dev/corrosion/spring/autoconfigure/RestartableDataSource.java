package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.DataSourceOptions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The DataSource of whichever node is open. */
final class RestartableDataSource implements DataSource {

    private final RestartableCorrosion corrosion;
    private final DataSourceOptions options;
    private volatile @Nullable OfNode last;

    /** Fails like that of a node, if none is open. */
    RestartableDataSource(RestartableCorrosion corrosion, DataSourceOptions options) {
        this.corrosion = corrosion;
        this.options = options;
        this.last = of(corrosion.current());
    }

    private record OfNode(Corrosion node, DataSource dataSource) {}

    private OfNode of(Corrosion node) {
        return new OfNode(node, node.dataSource(options));
    }

    private DataSource current() throws SQLException {
        OfNode known = last;
        try {
            Corrosion node = corrosion.current();
            if (known == null || known.node() != node) {
                known = of(node);
                last = known;
            }
            return known.dataSource();
        } catch (CorrosionException e) {
            throw new SQLNonTransientConnectionException(e.getMessage(), "08003", e);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        return current().getConnection();
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return current().getConnection(username, password);
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return current().getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        current().setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        current().setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return current().getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("not supported: getParentLogger", "0A000");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : current().unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || current().isWrapperFor(type);
    }

    @Override
    public String toString() {
        return "DataSource of the Corrosion node, " + options;
    }
}
