package dev.corrosion.http;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.http.AccessToken.Scope;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Whether a caller that may use some tables only may run a query. Which tables it reads is taken from the program that SQLite
 * makes of it: that opens b-trees by their root page, and the schema says whose that is. So a view or a subquery hides nothing.
 * What is no plain table, such as the schema itself or a virtual table, is refused.
 */
final class ReadAccess {

    /** Steps that open a b-tree: its page is p2, its database p3, where 0 is the main one. */
    private static final Set<String> OPENING = Set.of("openread", "reopenidx", "openwrite");

    /** Opens a virtual table, of which nobody knows what it reads. */
    private static final String OPENING_VIRTUAL = "vopen";

    private static final Set<String> QUERIES = Set.of("SELECT", "VALUES", "WITH");

    private final Corrosion corrosion;
    private final DataSource database;

    ReadAccess(Corrosion corrosion, DataSource database) {
        this.corrosion = corrosion;
        this.database = database;
    }

    /**
     * Blocks.
     *
     * @throws ApiException if it may not
     */
    void require(Caller caller, Statement query) {
        caller.require(Scope.READ);
        if (!caller.isLimited()) {
            return;
        }
        requireQuery(caller, query);
        try (Connection connection = database.getConnection()) {
            connection.setReadOnly(true);
            for (int page : pages(connection, caller, query)) {
                caller.requireTable(owner(connection, caller, page));
            }
        } catch (SQLException e) {
            throw SqlFailures.of(e, corrosion, query);
        }
    }

    /** A pragma, for one, reads without opening anything that its program would show. */
    private static void requireQuery(Caller caller, Statement query) {
        try {
            List<SqlToken> tokens = SqlTokenizer.tokenize(query.sql());
            if (!tokens.isEmpty() && QUERIES.contains(tokens.get(0).text().toUpperCase(Locale.ROOT))) {
                return;
            }
        } catch (CorrosionException e) {
            throw new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e);
        }
        throw ApiException.forbidden("the token " + caller.name()
                + " is limited to some tables, so it can run nothing but SELECT, VALUES and WITH ... SELECT");
    }

    private static Set<Integer> pages(Connection connection, Caller caller, Statement query) throws SQLException {
        Set<Integer> pages = new HashSet<>();
        try (PreparedStatement explain = BoundQuery.of(query).prepare(connection, "EXPLAIN ");
                ResultSet program = explain.executeQuery()) {
            while (program.next()) {
                String step = program.getString("opcode").toLowerCase(Locale.ROOT);
                boolean opens = OPENING.contains(step);
                if (step.equals(OPENING_VIRTUAL) || (opens && program.getInt("p3") != 0)) {
                    throw noTable(caller);
                }
                if (opens) {
                    pages.add(program.getInt("p2"));
                }
            }
        }
        return pages;
    }

    private static String owner(Connection connection, Caller caller, int page) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT tbl_name FROM sqlite_master WHERE rootpage = ?")) {
            select.setInt(1, page);
            try (ResultSet owner = select.executeQuery()) {
                if (!owner.next()) {
                    throw noTable(caller); // the page of the schema, which does not list itself
                }
                return owner.getString(1);
            }
        }
    }

    private static ApiException noTable(Caller caller) {
        return ApiException.forbidden(
                "the token " + caller.name()
                        + " is limited to some tables, and the query reads what is none, such as the schema or a virtual table");
    }
}
