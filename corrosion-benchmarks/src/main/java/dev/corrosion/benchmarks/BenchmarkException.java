package dev.corrosion.benchmarks;

import org.jspecify.annotations.Nullable;

/** Something that is needed to measure did not work; the message says what. */
final class BenchmarkException extends RuntimeException {

    private static final long serialVersionUID = 1;

    BenchmarkException(String message) {
        this(message, null);
    }

    BenchmarkException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
