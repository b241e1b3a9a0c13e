package dev.corrosion.tls;

import org.jspecify.annotations.Nullable;

/** The tool was asked for something that it cannot do; the message says what to do instead. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
