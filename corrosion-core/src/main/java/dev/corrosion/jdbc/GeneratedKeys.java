package dev.corrosion.jdbc;

import dev.corrosion.store.SqlNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rowids that the inserts of one execution got; for a table with an INTEGER PRIMARY KEY, its keys. */
final class GeneratedKeys {

    /** What the driver calls the column. */
    private static final String COLUMN = "last_insert_rowid()";

    private final List<String> wanted;
    private final List<Long> keys = new ArrayList<>();

    /** @param wanted see {@link #wanted(Object)} */
    GeneratedKeys(List<String> wanted) {
        this.wanted = wanted;
    }

    /**
     * Reads the argument by which JDBC asks for keys.
     *
     * @param request a flag, column numbers or column names
     * @return the names of the columns; none if no keys are wanted
     */
    static List<String> wanted(@Nullable Object request) {
        if (request instanceof String[] names && names.length > 0) {
            return List.of(names);
        }
        boolean wanted = request instanceof int[] columns
                ? columns.length > 0
                : Integer.valueOf(Statement.RETURN_GENERATED_KEYS).equals(request);
        return wanted ? List.of(COLUMN) : List.of();
    }

    /** Called right after the statement, on its connection. What triggers insert does not count. */
    void note(Connection lent, JdbcSql sql) throws SQLException {
        if (wanted.isEmpty() || !sql.inserts()) {
            return;
        }
        try (PreparedStatement statement = lent.prepareStatement("SELECT last_insert_rowid()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            keys.add(row.getLong(1));
        }
    }

    /** The query that has them for its result; its parameter is {@link #json}. */
    String query() {
        String column = wanted.isEmpty() ? COLUMN : wanted.get(0);
        return "SELECT value AS " + SqlNames.quote(column) + " FROM json_each(?)";
    }

    String json() {
        return keys.toString();
    }
}
