package dev.corrosion.subscription;

import java.time.Duration;

/**
 * How much of a query's changes is kept, for subscribers that are slow or come back. Whichever bound is reached first.
 *
 * @param changes how many
 * @param bytes roughly, of their values
 * @param age how old
 * @param linger how long a query without subscribers is kept up to date
 */
public record Retention(int changes, long bytes, Duration age, Duration linger) {

    public static final Retention DEFAULT =
            new Retention(10_000, 4L << 20, Duration.ofMinutes(10), Duration.ofMinutes(1));
}
