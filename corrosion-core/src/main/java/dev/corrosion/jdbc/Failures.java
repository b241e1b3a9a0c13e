package dev.corrosion.jdbc;

import dev.corrosion.store.DatabaseClosedException;
import dev.corrosion.store.OverloadedException;
import dev.corrosion.store.SqlErrors;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The classes and SQL states of JDBC for what SQLite and the node say, since frameworks decide by them. Message and code
 * stay those of the driver.
 */
final class Failures {

    private static final int SQLITE_ERROR = 1;
    private static final int SQLITE_READONLY = 8;

    private Failures() {}

    static SQLException translate(SQLException e) {
        if (!(e instanceof SQLiteException sqlite)) {
            return e;
        }
        String message = Objects.requireNonNullElse(e.getMessage(), e.toString());
        int code = e.getErrorCode();
        return switch (SqlErrors.code(e)) {
            case SqlErrors.CONSTRAINT ->
                new SQLIntegrityConstraintViolationException(message, constraintState(sqlite.getResultCode()), code, e);
            case SqlErrors.MISMATCH, SqlErrors.TOO_BIG -> new SQLDataException(message, "22000", code, e);
            case SQLITE_READONLY -> new SQLException(message, "25006", code, e);
            case SQLITE_ERROR ->
                isAboutTheText(SqlErrors.reason(e))
                        ? new SQLSyntaxErrorException(message, "42000", code, e)
                        : new SQLException(message, "HY000", code, e);
            default -> new SQLException(message, "HY000", code, e);
        };
    }

    private static String constraintState(SQLiteErrorCode code) {
        return switch (code) {
            case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID -> "23505";
            case SQLITE_CONSTRAINT_NOTNULL -> "23502";
            case SQLITE_CONSTRAINT_FOREIGNKEY -> "23503";
            case SQLITE_CONSTRAINT_CHECK -> "23514";
            default -> "23000";
        };
    }

    /** SQLite has one code for all that is wrong with a statement; only its words tell. */
    private static boolean isAboutTheText(String reason) {
        return reason.startsWith("near ")
                || reason.startsWith("no such ")
                || reason.startsWith("incomplete input")
                || reason.startsWith("unrecognized token")
                || reason.startsWith("ambiguous column")
                || reason.startsWith("wrong number of arguments")
                || reason.contains(" has no column named ")
                || reason.contains(" values for ");
    }

    /** What the node says when it does not take, or does not commit, a transaction. */
    static SQLException ofNode(Throwable failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        if (failure instanceof DatabaseClosedException) {
            return new SQLNonTransientConnectionException(message, "08003", failure);
        }
        if (failure instanceof OverloadedException) {
            return new SQLTransientConnectionException(message, "08004", failure);
        }
        if (failure.getCause() instanceof SQLException cause) {
            return translate(cause);
        }
        return new SQLNonTransientException(message, "25000", failure);
    }

    static SQLException nodeClosed() {
        return new SQLNonTransientConnectionException("the node is closed", "08003");
    }

    static SQLException connectionClosed() {
        return new SQLNonTransientConnectionException("the connection is closed", "08003");
    }

    static SQLException closed(String what) {
        return new SQLNonTransientException("the " + what + " is closed", "24000");
    }

    /** Somebody else has what is needed, for longer than the caller waits. */
    static SQLException waitedTooLong(String message) {
        return new SQLTransientConnectionException(message, "08004");
    }

    /** The transaction is gone, and not because its owner wanted it. */
    static SQLException rolledBack(String message) {
        return new SQLTransactionRollbackException(message, "40000");
    }

    static SQLException readOnly() {
        return new SQLNonTransientException(
                "the transaction or connection is read-only, so it cannot write: take the write out of the method that"
                        + " is @Transactional(readOnly = true), or setReadOnly(false) before the transaction begins",
                "25006");
    }
}
