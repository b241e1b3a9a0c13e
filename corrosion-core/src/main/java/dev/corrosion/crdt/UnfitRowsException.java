package dev.corrosion.crdt;

import dev.corrosion.CorrosionException;

/** A table cannot be replicated because of rows that it has; the message says which and what to do. */
public class UnfitRowsException extends CorrosionException {

    public UnfitRowsException(String message) {
        super(message);
    }
}
