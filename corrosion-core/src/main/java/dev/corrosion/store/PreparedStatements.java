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
public final class PreparedStatements {

    /** How many are kept. */
    public static final int CAPACITY = 256;

    private final Connection connection;
    private final LinkedHashMap<String, PreparedStatement> statements = new LinkedHashMap<>(64, 0.75f, true);

    public PreparedStatements(Connection connection) {
        this.connection = connection;
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
        if (statements.size() > CAPACITY) {
            Map.Entry<String, PreparedStatement> eldest =
                    statements.entrySet().iterator().next();
            statements.remove(eldest.getKey());
            eldest.getValue().close();
        }
        return made;
    }

    /** After some errors, such as a full disk or an interrupt, the driver ends a statement without closing it. */
    private static boolean isUsable(PreparedStatement statement) throws SQLException {
        return !statement.isClosed() && !((CoreStatement) statement).pointer.isClosed();
    }
}
