package dev.corrosion;

import org.jspecify.annotations.Nullable;

/** A transaction failed and was rolled back as a whole. */
public class WriteException extends CorrosionException {

    private final int statementIndex;

    /** @param statementIndex the statement that failed, from 0, or -1 if it was not one of them */
    public WriteException(String message, int statementIndex, @Nullable Throwable cause) {
        super(message, cause);
        this.statementIndex = statementIndex;
    }

    /** The statement that failed, from 0, or -1 if it was not one of them. */
    public int statementIndex() {
        return statementIndex;
    }
}
