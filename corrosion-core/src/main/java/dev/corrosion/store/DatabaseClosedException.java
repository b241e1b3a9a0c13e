package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import org.jspecify.annotations.Nullable;

/** The database is closed, or its writer ended by a failure: nothing of the task was done, and no attempt will help. */
public class DatabaseClosedException extends CorrosionException {

    public DatabaseClosedException(String message) {
        this(message, null);
    }

    public DatabaseClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
