package dev.corrosion;

import java.time.Duration;

/**
 * How long a {@link javax.sql.DataSource} over the node waits, and lets others wait. All of them are real time.
 *
 * @param idleTimeout how long a transaction or an open result may stay without any call before it is rolled back or
 *     closed: what it holds, above all the one place to write, then goes to the next. Longer means that a caller who
 *     forgets to commit stops all writes, those of other nodes included, for longer
 * @param transactionTimeout how long a transaction that writes may take altogether, busy or not; a statement that still
 *     runs then is broken off
 * @param waitTimeout how long a caller waits for its turn, to write, to read or to get a connection. More than the idle
 *     timeout, so that one forgotten transaction delays the others but does not fail them
 */
public record DataSourceOptions(Duration idleTimeout, Duration transactionTimeout, Duration waitTimeout) {

    /** The longest timeout that is told from none; nanoseconds of more would overflow sooner or later. */
    private static final Duration MAX = Duration.ofDays(10_000);

    private static final DataSourceOptions DEFAULTS =
            new DataSourceOptions(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(60));

    public DataSourceOptions {
        idleTimeout = requirePositive("idle timeout", idleTimeout);
        transactionTimeout = requirePositive("transaction timeout", transactionTimeout);
        waitTimeout = requirePositive("wait timeout", waitTimeout);
    }

    /** Idle 30 s, transaction 5 min, wait 60 s. */
    public static DataSourceOptions defaults() {
        return DEFAULTS;
    }

    public DataSourceOptions withIdleTimeout(Duration timeout) {
        return new DataSourceOptions(timeout, transactionTimeout, waitTimeout);
    }

    public DataSourceOptions withTransactionTimeout(Duration timeout) {
        return new DataSourceOptions(idleTimeout, timeout, waitTimeout);
    }

    public DataSourceOptions withWaitTimeout(Duration timeout) {
        return new DataSourceOptions(idleTimeout, transactionTimeout, timeout);
    }

    private static Duration requirePositive(String name, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the " + name + " must be positive: " + timeout);
        }
        return timeout.compareTo(MAX) > 0 ? MAX : timeout;
    }
}
