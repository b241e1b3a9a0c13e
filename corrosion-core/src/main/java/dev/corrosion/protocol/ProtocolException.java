package dev.corrosion.protocol;

import dev.corrosion.CorrosionException;
import org.jspecify.annotations.Nullable;

/** Bytes from a peer that are not a message of this protocol. */
public final class ProtocolException extends CorrosionException {

    public ProtocolException(String message) {
        super(message);
    }

    public ProtocolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
