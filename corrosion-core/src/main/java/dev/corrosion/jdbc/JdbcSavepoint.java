package dev.corrosion.jdbc;

import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/**
 * A savepoint of one transaction.
 *
 * @param transaction where it was set
 * @param id unique within the connection
 * @param name what the user calls it, or null
 */
record JdbcSavepoint(Lease transaction, int id, @Nullable String name) implements Savepoint {

    /** Its name in SQL, which no user's name can be. */
    String sqlName() {
        return "__corrosion_savepoint_" + id;
    }

    @Override
    public int getSavepointId() throws SQLException {
        if (name != null) {
            throw new SQLException("the savepoint has a name, no id: " + name);
        }
        return id;
    }

    @Override
    public String getSavepointName() throws SQLException {
        if (name == null) {
            throw new SQLException("the savepoint has an id, no name: " + id);
        }
        return name;
    }
}
