package dev.corrosion.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Statements of the writer that nobody uses now, kept because preparing one for a replicated table, triggers and all,
 * takes longer than running it. For who has the writer.
 */
final class StatementCache {

    /** How many are kept; the least recently used goes first. */
    private static final int CAPACITY = 128;

    private final Map<String, PreparedStatement> idle = new LinkedHashMap<>();
    private @Nullable Connection connection;

    /** A statement for this SQL, for its user alone. */
    PreparedStatement take(Connection writer, String sql) throws SQLException {
        if (!writer.equals(connection)) {
            idle.clear();
            connection = writer;
        }
        PreparedStatement known = idle.remove(sql);
        return known != null ? known : writer.prepareStatement(sql);
    }

    /** Takes a statement back that has run well and has nothing open. */
    void put(String sql, PreparedStatement statement) throws SQLException {
        statement.clearParameters();
        statement.setLargeMaxRows(0);
        PreparedStatement twin = idle.put(sql, statement);
        if (twin != null) {
            twin.close();
        }
        if (idle.size() > CAPACITY) {
            Iterator<PreparedStatement> eldest = idle.values().iterator();
            eldest.next().close();
            eldest.remove();
        }
    }
}
