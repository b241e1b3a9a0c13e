package dev.corrosion.store;

import dev.corrosion.CorrosionException;

/** It took too long and was stopped: nothing of it was done. */
public class DeadlineException extends CorrosionException {

    public DeadlineException(String message) {
        super(message);
    }
}
