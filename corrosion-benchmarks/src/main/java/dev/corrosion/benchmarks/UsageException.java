package dev.corrosion.benchmarks;

import org.jspecify.annotations.Nullable;

/** The arguments make no sense; the message says why. */
final class UsageException extends RuntimeException {

    UsageException(String message) {
        this(message, null);
    }

    UsageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
