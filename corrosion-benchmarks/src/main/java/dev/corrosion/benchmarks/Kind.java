package dev.corrosion.benchmarks;

import java.util.Locale;

/** The ways to keep the table that are compared. */
enum Kind {
    PLAIN,
    CORROSION,
    CRSQLITE;

    /** How it is called in the report. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
