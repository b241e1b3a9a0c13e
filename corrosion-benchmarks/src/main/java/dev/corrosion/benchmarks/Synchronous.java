package dev.corrosion.benchmarks;

import java.util.Locale;

/** When SQLite waits for the disk. */
enum Synchronous {
    /** At each commit. */
    FULL,
    /** At checkpoints. */
    NORMAL;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
