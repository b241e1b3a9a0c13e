package dev.corrosion.spring;

import dev.corrosion.CorrosionException;
import org.jspecify.annotations.Nullable;

/** A row cannot become the object that was asked for; the message names the column and what it holds. */
public class RowMappingException extends CorrosionException {

    private static final long serialVersionUID = 1L;

    public RowMappingException(String message) {
        super(message);
    }

    public RowMappingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
