package dev.corrosion.jdbc;

/** The application has rolled its transaction back. Nobody needs its stack. */
public final class RolledBackException extends RuntimeException {

    RolledBackException() {
        super("rolled back", null, false, false);
    }
}
