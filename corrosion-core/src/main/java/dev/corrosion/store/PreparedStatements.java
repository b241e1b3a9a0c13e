package dev.corrosion.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sqlite.core.CoreStatement;

/**
 * Prepared statements of one connection, kept for the next use; preparing costs more than most statements. The least
 * recently used goes first. They end with the connection. For one thread.
 */
public final class PreparedStatements implements AutoCloseable {

    /** How many are kept if nothing else is said. */
    public static final int CAPACITY = 256;

    private final Connection connection;
    private final int capacity;
    private final LinkedHashMap<String, PreparedStatement> statements = new LinkedHashMap<>(64, 0.75f, true);

    public PreparedStatements(Connection connection) {
        this(connection, CAPACITY);
    }

    /** @param capacity how many are kept, at least as many as are in use at a time */
    public PreparedStatements(Connection connection, int capacity) {
        this.connection = connection;
        this.capacity = capacity;
    }

    /** Whether the statements are of this connection. */
    public boolean isFor(Connection other) {
        return connection == other;
    }

    /** The statement for this SQL. It may carry the parameters of its last use; do not close it, only its results. */
    public PreparedStatement get(String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known != null && isUsable(known)) {
            return known;
        }
        PreparedStatement made = connection.prepareStatement(sql);
        statements.put(sql, made);
        if (statements.size() > capacity) {
            Map.Entry<String, PreparedStatement> eldest =
                    statements.entrySet().iterator().next();
            statements.remove(eldest.getKey());
            eldest.getValue().close();
        }
        return made;
    }

    /** Closes all; the next use prepares them again. */
    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        statements.clear();
    }

    /** After some errors, such as a full disk or an interrupt, the driver ends a statement without closing it. */
    private static boolean isUsable(PreparedStatement statement) throws SQLException {
        return !statement.isClosed() && !((CoreStatement) statement).pointer.isClosed();
    }
}
