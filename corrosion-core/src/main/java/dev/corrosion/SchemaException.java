package dev.corrosion;

import org.jspecify.annotations.Nullable;

/** A schema that cannot be applied. Nothing of it was applied. */
public class SchemaException extends CorrosionException {

    public SchemaException(String message) {
        super(message);
    }

    public SchemaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
