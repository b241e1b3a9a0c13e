package dev.corrosion.http;

import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Makes chunks of lines: what has come while the last chunk was being written is the next one. So a line waits for nothing if
 * there is only one, and many are written together, without any timer. What waits is bounded in bytes.
 */
final class Coalescing extends Flux<byte[]> {

    /** No more lines are asked for while so much waits. */
    static final int MAX_BYTES = 64 << 10;

    private final Flux<byte[]> lines;

    private Coalescing(Flux<byte[]> lines) {
        this.lines = lines;
    }

    static Flux<byte[]> of(Flux<byte[]> lines) {
        return new Coalescing(lines);
    }

    @Override
    public void subscribe(CoreSubscriber<? super byte[]> actual) {
        lines.subscribe(new Chunks(actual));
    }

    private static final class Chunks implements CoreSubscriber<byte[]>, Subscription {

        private final CoreSubscriber<? super byte[]> actual;
        private final AtomicInteger work = new AtomicInteger();
        private @Nullable Subscription upstream;
        private volatile boolean cancelled;

        /** Guarded by this, as are the others below. */
        private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

        private long wanted;
        private boolean done;
        private boolean paused;
        private @Nullable Throwable failure;

        Chunks(CoreSubscriber<? super byte[]> actual) {
            this.actual = actual;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
            subscription.request(1);
        }

        @Override
        public void onNext(byte[] line) {
            boolean more;
            synchronized (this) {
                waiting.writeBytes(line);
                more = waiting.size() < MAX_BYTES;
                paused = !more;
            }
            drain();
            if (more) {
                Objects.requireNonNull(upstream).request(1);
            }
        }

        @Override
        public void onError(Throwable error) {
            end(error);
        }

        @Override
        public void onComplete() {
            end(null);
        }

        private void end(@Nullable Throwable error) {
            synchronized (this) {
                done = true;
                failure = error;
            }
            drain();
        }

        @Override
        public void request(long n) {
            synchronized (this) {
                wanted = Operators.addCap(wanted, n);
            }
            drain();
        }

        @Override
        public void cancel() {
            cancelled = true;
            Objects.requireNonNull(upstream).cancel();
        }

        private void drain() {
            if (work.getAndIncrement() != 0) {
                return;
            }
            int seen;
            do {
                seen = work.get();
                while (!cancelled && deliver()) {
                    // as long as there is something to deliver
                }
            } while (work.addAndGet(-seen) != 0);
        }

        /** Whether there may be more. */
        private boolean deliver() {
            byte[] chunk = null;
            boolean resume = false;
            boolean end = false;
            Throwable error;
            synchronized (this) {
                if (waiting.size() > 0 && wanted > 0) {
                    wanted--;
                    chunk = waiting.toByteArray();
                    waiting.reset();
                    resume = paused;
                    paused = false;
                } else if (waiting.size() == 0 && done) {
                    end = true;
                }
                error = failure;
            }
            if (chunk != null) {
                actual.onNext(chunk);
                if (resume) {
                    Objects.requireNonNull(upstream).request(1);
                }
                return true;
            }
            if (end) {
                cancelled = true;
                if (error == null) {
                    actual.onComplete();
                } else {
                    actual.onError(error);
                }
            }
            return false;
        }
    }
}
