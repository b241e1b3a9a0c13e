package dev.corrosion.crdt;

import dev.corrosion.CorrosionException;
import org.jspecify.annotations.Nullable;

/**
 * A change that cannot be merged here: an unknown table or column, a malformed key, a value that breaks a constraint, a
 * version of this actor that it never made. Trying again does not help before the schema changes.
 */
public class MergeException extends CorrosionException {

    public MergeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
