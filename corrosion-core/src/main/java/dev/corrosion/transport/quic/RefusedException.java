package dev.corrosion.transport.quic;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A link is not to be: the two ends have no common identity. The message says to people why and what to do. */
final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }

    RefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
