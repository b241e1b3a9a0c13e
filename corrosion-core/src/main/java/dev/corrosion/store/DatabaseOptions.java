package dev.corrosion.store;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.Synchronous;
import java.time.Duration;

/**
 * How a database is used.
 *
 * @param synchronous what survives a power failure
 * @param writeTimeout how long a local transaction may wait and run altogether, if it says nothing else
 * @param readTimeout how long a read may wait and run altogether, if it says nothing else
 */
public record DatabaseOptions(Synchronous synchronous, Duration writeTimeout, Duration readTimeout) {

    /** The longest timeout that is told from none; nanoseconds of more would overflow sooner or later. */
    static final Duration MAX_TIMEOUT = Duration.ofDays(10_000);

    public static final DatabaseOptions DEFAULTS =
            new DatabaseOptions(Synchronous.NORMAL, CorrosionOptions.DEFAULT_TIMEOUT, CorrosionOptions.DEFAULT_TIMEOUT);

    public DatabaseOptions {
        writeTimeout = requireTimeout(writeTimeout);
        readTimeout = requireTimeout(readTimeout);
    }

    static Duration requireTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a timeout must be positive: " + timeout);
        }
        return timeout.compareTo(MAX_TIMEOUT) > 0 ? MAX_TIMEOUT : timeout;
    }

    /** For messages. */
    static String seconds(Duration timeout) {
        long millis = timeout.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
