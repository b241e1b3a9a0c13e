package dev.corrosion.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Calls at fixed moments, whether the earlier ones have been answered or not, as the users of a service do. Latencies begin at the
 * moment of the schedule, so that a caller that is held up is not a rest for those who wait.
 */
final class RollingCalls {

    private static final int MAX_PARTIES = 60_000;

    private final Mono<String> call;
    private final Scheduler threads;
    private final long intervalNanos;
    private final Queue<Long> latencies = new ConcurrentLinkedQueue<>();
    private final Queue<RollingResult.Failure> failures = new ConcurrentLinkedQueue<>();
    private final Phaser unanswered = new Phaser(1);
    private final Thread schedule = new Thread(this::keepSchedule, "schedule");
    private volatile boolean ended;

    RollingCalls(Mono<String> call, Scheduler threads, int rate) {
        this.call = call;
        this.threads = threads;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / rate;
    }

    void begin() {
        schedule.setDaemon(true);
        schedule.start();
    }

    private void keepSchedule() {
        long due = System.nanoTime();
        do {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            call(due);
            due += intervalNanos;
        } while (!ended);
    }

    private void call(long due) {
        if (unanswered.getUnarrivedParties() >= MAX_PARTIES) {
            long now = System.nanoTime();
            failures.add(new RollingResult.Failure(now, now, "NotSent"));
            return;
        }
        unanswered.register();
        long[] sent = {System.nanoTime()};
        Mono.defer(() -> {
                    sent[0] = System.nanoTime();
                    return call;
                })
                .subscribeOn(threads)
                .subscribe(
                        answer -> latencies.add(System.nanoTime() - due),
                        e -> {
                            failures.add(RollingResult.Failure.of(sent[0], System.nanoTime(), e));
                            unanswered.arriveAndDeregister();
                        },
                        unanswered::arriveAndDeregister);
    }

    /** Calls no more, and waits for what has not been answered. */
    RollingResult end(long patienceMillis) throws InterruptedException, TimeoutException {
        ended = true;
        schedule.join();
        unanswered.awaitAdvanceInterruptibly(unanswered.arrive(), patienceMillis, TimeUnit.MILLISECONDS);
        List<RollingResult.Failure> failed = new ArrayList<>(failures);
        Latencies answered =
                new Latencies(latencies.stream().mapToLong(Long::longValue).toArray());
        return new RollingResult(
                latencies.size() + failed.size(),
                answered.quantile(0.5),
                answered.quantile(0.99),
                answered.quantile(1),
                failed);
    }
}
