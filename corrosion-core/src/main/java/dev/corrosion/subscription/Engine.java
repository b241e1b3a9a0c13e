package dev.corrosion.subscription;

import dev.corrosion.query.QueryEngine;
import dev.corrosion.store.Database;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What queries are kept up to date with.
 *
 * @param queries analyses and evaluates
 * @param quick a thread for what must be soon
 * @param slow threads for what may take long: first runs, and queries that must run again
 * @param journals of durable queries
 * @param clock monotonic nanoseconds
 * @param timer runs something after a while
 * @param pause lets the quick thread rest
 * @param meter is told what it costs
 */
record Engine(
        Database database,
        QueryEngine queries,
        Executor quick,
        Executor slow,
        Journals journals,
        LongSupplier clock,
        BiConsumer<Duration, Runnable> timer,
        Consumer<Duration> pause,
        SubscriptionMeter meter) {

    /** Runs something that may take long, unless the node closes. */
    void runSlow(Runnable task) {
        new Lane(slow).execute(task);
    }
}
