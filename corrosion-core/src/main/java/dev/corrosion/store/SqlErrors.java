package dev.corrosion.store;

import java.sql.SQLException;
import java.util.Objects;

/** What SQLite said, without what the driver wrapped around it. */
public final class SqlErrors {

    /** Primary result codes of SQLite that are looked at. */
    public static final int TOO_BIG = 18;

    public static final int CONSTRAINT = 19;
    public static final int MISMATCH = 20;
    static final int CORRUPT = 11;
    static final int NOT_A_DATABASE = 26;

    private SqlErrors() {}

    /** The primary result code. */
    public static int code(SQLException e) {
        return e.getErrorCode() & 0xff;
    }

    /** SQLite's own words. The driver puts them in parentheses behind its name for the error code. */
    public static String reason(SQLException e) {
        String message = Objects.requireNonNullElse(e.getMessage(), e.toString());
        int open = message.indexOf('(');
        return message.startsWith("[") && open > 0 && message.endsWith(")")
                ? message.substring(open + 1, message.length() - 1)
                : message;
    }
}
