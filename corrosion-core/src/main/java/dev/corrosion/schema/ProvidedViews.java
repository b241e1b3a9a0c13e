package dev.corrosion.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The views that a node has before any schema is declared, which declared views and triggers may read. */
public final class ProvidedViews {

    /** The members of the cluster. */
    public static final String MEMBERS = "corrosion_members";

    /** Its columns, in order. */
    public static final String MEMBER_COLUMNS = "id, name, region, host, port, state, incarnation, started_at, since";

    private ProvidedViews() {}

    /** Gives an empty database views of their names and columns, for reading a declaration. */
    static void declare(Connection scratch) throws SQLException {
        try (Statement statement = scratch.createStatement()) {
            String nothing = MEMBER_COLUMNS.replaceAll("\\w+", "NULL");
            statement.execute("CREATE VIEW " + MEMBERS + " (" + MEMBER_COLUMNS + ") AS SELECT " + nothing);
        }
    }
}
