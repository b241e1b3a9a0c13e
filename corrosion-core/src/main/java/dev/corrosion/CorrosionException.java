package dev.corrosion;

import org.jspecify.annotations.Nullable;

/** Something that Corrosion could not do; the message says what and, where it can, what to do about it. */
public class CorrosionException extends RuntimeException {

    public CorrosionException(String message) {
        super(message);
    }

    public CorrosionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
