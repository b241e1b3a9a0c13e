package dev.corrosion.http;

import java.time.Duration;

/**
 * What requests may take. Immutable.
 *
 * @param bodyBytes size of a request's body
 * @param statements of one transaction
 * @param requests that are worked on at a time; further ones get 503
 * @param streams subscriptions and updates that are open at a time; further ones get 503
 * @param rows of a query's result
 * @param queryTimeout how long a query may take if the request says nothing else
 */
public record HttpApiLimits(
        long bodyBytes, int statements, int requests, int streams, long rows, Duration queryTimeout) {

    /** 8 MiB, 10 000 statements, 128 requests, 1000 streams, 10 million rows, 60 s. */
    public static final HttpApiLimits DEFAULT =
            new HttpApiLimits(8L << 20, 10_000, 128, 1000, 10_000_000, Duration.ofSeconds(60));

    public HttpApiLimits {
        requirePositive(bodyBytes, "size of a body");
        requirePositive(statements, "number of statements");
        requirePositive(requests, "number of concurrent requests");
        requirePositive(streams, "number of streams");
        requirePositive(rows, "number of rows");
        requirePositive(queryTimeout.toMillis(), "timeout of a query");
    }

    private static void requirePositive(long value, String what) {
        if (value <= 0) {
            throw new IllegalArgumentException(
                    "the " + what + " must be positive: " + value + "; it is a limit of the HTTP API");
        }
    }
}
