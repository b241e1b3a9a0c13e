package dev.corrosion.query;

import dev.corrosion.store.PreparedStatements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Prepared statements of the connections that evaluations run on: queries with the same text share them, whatever their
 * parameters. Thread-safe, as long as each connection is used by one thread at a time.
 */
final class StatementCache {

    /** Statements kept for one connection. */
    static final int STATEMENTS = 128;

    /** Connections at a time; of more, those used least recently lose their statements. */
    static final int CONNECTIONS = 16;

    private record Entry(Connection connection, PreparedStatements statements) {}

    /** The most recently used last. */
    private final List<Entry> entries = new ArrayList<>();

    /** The statement for this SQL; do not close it, only its results. */
    PreparedStatement get(Connection connection, String sql) throws SQLException {
        return of(connection).get(sql);
    }

    synchronized PreparedStatements of(Connection connection) throws SQLException {
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (entry.connection() == connection) {
                entries.add(entries.remove(i));
                return entry.statements();
            }
        }
        for (Iterator<Entry> known = entries.iterator(); known.hasNext(); ) {
            if (known.next().connection().isClosed()) {
                known.remove(); // its statements ended with it
            }
        }
        if (entries.size() == CONNECTIONS) {
            entries.remove(0); // another thread may be using it, so its statements are left to the connection
        }
        Entry made = new Entry(connection, new PreparedStatements(connection, STATEMENTS));
        entries.add(made);
        return made.statements();
    }
}
