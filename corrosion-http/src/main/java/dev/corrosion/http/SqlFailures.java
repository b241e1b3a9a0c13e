package dev.corrosion.http;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransientConnectionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong with a query, in HTTP's terms. */
final class SqlFailures {

    static final Logger log = LoggerFactory.getLogger("dev.corrosion.http");

    /** SQL state of what is refused because it writes. */
    private static final String READ_ONLY = "25006";

    /** SQLite's code for all that is wrong with a statement. */
    private static final int SQLITE_ERROR = 1;

    private SqlFailures() {}

    /** Why the query did not begin; bad SQL with its place. */
    static ApiException of(SQLException e, Corrosion corrosion, Statement query) {
        if (READ_ONLY.equals(e.getSQLState())) {
            return ApiException.badRequest("not a query: it changes data; send it to /v1/transactions");
        }
        if (e instanceof SQLSyntaxErrorException) {
            return ApiException.badRequest(withPlace(e, corrosion, query));
        }
        if (e instanceof SQLTransientConnectionException || e instanceof SQLNonTransientConnectionException) {
            return ApiException.overloaded(reason(e));
        }
        boolean refused = e instanceof SQLNonTransientException || e instanceof SQLDataException;
        boolean bad = refused || (e.getErrorCode() & 0xff) == SQLITE_ERROR;
        return new ApiException(bad ? ApiException.BAD_REQUEST : ApiException.FAILED, reason(e), e);
    }

    /** The node finds the place of what is wrong with a query, and says it where it is asked how to follow it. */
    private static String withPlace(SQLException e, Corrosion corrosion, Statement query) {
        try {
            corrosion.explain(query);
        } catch (CorrosionException known) {
            return String.valueOf(known.getMessage());
        }
        return reason(e);
    }

    /** SQLite's own words. The driver puts them in parentheses behind its name for the error code. */
    static String reason(SQLException e) {
        String message = String.valueOf(e.getMessage());
        int open = message.indexOf('(');
        return message.startsWith("[") && open > 0 && message.endsWith(")")
                ? message.substring(open + 1, message.length() - 1)
                : message;
    }
}
