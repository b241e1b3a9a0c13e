package dev.corrosion.store;

import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/** What SQLite said, without what the driver wrapped around it. */
public final class SqlErrors {

    /** Primary result codes of SQLite that are looked at. */
    public static final int TOO_BIG = 18;

    public static final int CONSTRAINT = 19;
    public static final int MISMATCH = 20;
    static final int READ_ONLY = 8;
    static final int IO_ERROR = 10;
    static final int CORRUPT = 11;
    static final int FULL = 13;
    static final int NOT_A_DATABASE = 26;

    /** What a virtual table says of its own content, such as a full text index that was fed wrong values. */
    private static final int CORRUPT_VIRTUAL_TABLE = CORRUPT | 1 << 8;

    /** The shared memory beside the WAL could not grow, which SQLite calls an I/O error even where the disk is full. */
    private static final int NO_SHARED_MEMORY = IO_ERROR | 19 << 8;

    /** What to do then. */
    static final String DISK_FAILED = ". The disk or its file system failed: see the log of the operating system; when"
            + " the disk is well again, restart the node";

    /** How many causes are looked at. */
    private static final int MAX_CAUSES = 16;

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

    /** SQLite's own words, and what to do where it is not the statement that is wrong. */
    public static String explain(SQLException e) {
        String advice =
                switch (extendedCode(e) == NO_SHARED_MEMORY ? FULL : code(e)) {
                    case FULL ->
                        ". There is no room left for the database, its WAL or SQLite's temporary files: make"
                                + " room on the disk; the node needs no restart";
                    case IO_ERROR -> DISK_FAILED;
                    case CORRUPT, NOT_A_DATABASE ->
                        ". The file of the database is damaged: stop the node, move the"
                                + " file away with its -wal and -shm, and start; the node copies everything from the others";
                    case READ_ONLY ->
                        ". The file of the database or its directory cannot be written: check their"
                                + " permissions and how the file system is mounted";
                    case TOO_BIG ->
                        ". A row of a replicated table, with its key, may have " + Database.MAX_VALUE_BYTES
                                + " bytes, which is what a message can carry: keep large values elsewhere, or in pieces";
                    default -> "";
                };
        return reason(e) + advice;
    }

    /** Whether it says that the file or its disk cannot be relied on, so that nothing more may be written to it. */
    static boolean endsWriting(Throwable e) {
        return cause(e, sql -> isDamage(sql) || (code(sql) == IO_ERROR && extendedCode(sql) != NO_SHARED_MEMORY))
                != null;
    }

    /** What says that there is no room left or no permission, whatever is to be written; null if it is something else. */
    static @Nullable SQLException refusalOfDisk(Throwable e) {
        return cause(e, sql -> code(sql) == FULL || code(sql) == READ_ONLY || extendedCode(sql) == NO_SHARED_MEMORY);
    }

    /** Whether it says that the file is damaged, or is no database. */
    public static boolean isDamaged(Throwable e) {
        return cause(e, SqlErrors::isDamage) != null;
    }

    private static @Nullable SQLException cause(Throwable e, Predicate<SQLException> wanted) {
        Throwable cause = e;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (cause instanceof SQLException sql && wanted.test(sql)) {
                return sql;
            }
            cause = cause.getCause();
        }
        return null;
    }

    private static boolean isDamage(SQLException e) {
        int code = code(e);
        return (code == CORRUPT && extendedCode(e) != CORRUPT_VIRTUAL_TABLE) || code == NOT_A_DATABASE;
    }

    private static int extendedCode(SQLException e) {
        return e instanceof SQLiteException known ? known.getResultCode().code : e.getErrorCode();
    }
}
