package dev.corrosion.spring.listener;

import dev.corrosion.CorrosionException;
import org.jspecify.annotations.Nullable;

/** A method with {@link CorrosionListener} can never be called as it is; the message has its name and the reason. */
public class InvalidListenerException extends CorrosionException {

    private static final long serialVersionUID = 1L;

    InvalidListenerException(String method, String reason, @Nullable Throwable cause) {
        super("the listener " + method + " cannot be called: " + reason, cause);
    }
}
