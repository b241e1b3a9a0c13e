package dev.corrosion.node;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Lines of the log that peers can cause, hence at a bounded rate: who sends one bad message may send a flood. Thread-safe. */
final class PeerLog {

    /** How long a number of lines has to do. */
    static final Duration QUIET = Duration.ofMinutes(1);

    private final Logger log;
    private final int maxLines;
    private final LongSupplier nanoTime;
    private long quietSince;
    private int lines;

    /** @param maxLines in each {@link #QUIET}, besides one that says that there would be more */
    PeerLog(Logger log, int maxLines, LongSupplier nanoTime) {
        this.log = log;
        this.maxLines = maxLines;
        this.nanoTime = nanoTime;
        this.quietSince = nanoTime.getAsLong();
    }

    void warn(String format, Object... arguments) {
        if (mayLog()) {
            log.warn(format, arguments);
        }
    }

    void info(String format, Object... arguments) {
        if (mayLog()) {
            log.info(format, arguments);
        }
    }

    void error(String format, Object... arguments) {
        if (mayLog()) {
            log.error(format, arguments);
        }
    }

    private synchronized boolean mayLog() {
        long now = nanoTime.getAsLong();
        if (now - quietSince >= QUIET.toNanos()) {
            quietSince = now;
            lines = 0;
        }
        if (lines > maxLines) {
            return false;
        }
        lines++;
        if (lines > maxLines) {
            log.warn("There is more of this kind than {} lines; until {} are over it is only counted", maxLines, QUIET);
        }
        return lines <= maxLines;
    }
}
