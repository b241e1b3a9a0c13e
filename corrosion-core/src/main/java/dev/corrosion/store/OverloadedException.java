package dev.corrosion.store;

import dev.corrosion.CorrosionException;

/** Too much waits for the database already: nothing of the task was done, it may be given again later. */
public class OverloadedException extends CorrosionException {

    public OverloadedException(String message) {
        super(message);
    }
}
