package dev.corrosion.spring;

import dev.corrosion.WriteException;
import java.sql.SQLException;

/**
 * A transaction was rolled back because a row is not as its table wants it: a key that is taken, a value that is missing
 * or fails a CHECK. Trying again without a change of the data fails again.
 */
public class ConstraintViolationException extends WriteException {

    private static final long serialVersionUID = 1L;

    /** SQLite's primary result code of all violated constraints; the extended code has it in the lowest byte. */
    private static final int SQLITE_CONSTRAINT = 19;

    private ConstraintViolationException(WriteException failure) {
        super(String.valueOf(failure.getMessage()), failure.statementIndex(), failure);
    }

    /** The failure itself, or as one of this type if that is what SQLite said. */
    static Throwable translate(Throwable failure) {
        return failure instanceof WriteException write && violatesConstraint(write)
                ? new ConstraintViolationException(write)
                : failure;
    }

    private static boolean violatesConstraint(WriteException failure) {
        return failure.getCause() instanceof SQLException sql && (sql.getErrorCode() & 0xff) == SQLITE_CONSTRAINT;
    }
}
