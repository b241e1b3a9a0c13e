package dev.corrosion.http;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Begins to read a flux, to know its first element before anything is promised to somebody else, and then hands over the rest.
 * Nothing is buffered: what comes after the first element is asked for by who reads the rest.
 *
 * @param <T> what is read
 */
final class FirstEvent<T> implements CoreSubscriber<T> {

    /**
     * A flux that has begun.
     *
     * @param first its first element
     * @param rest what follows; may be subscribed to once
     * @param stop ends it instead; one of the two must happen
     */
    record Begun<T>(T first, Flux<T> rest, Runnable stop) {}

    private final MonoSink<Begun<T>> sink;

    /** Guarded by this, as are the others below. */
    private volatile @Nullable Subscription upstream;

    private boolean handedOver;
    private boolean started;
    private boolean done;
    private @Nullable Throwable failure;
    private @Nullable CoreSubscriber<? super T> reader;

    private FirstEvent(MonoSink<Begun<T>> sink) {
        this.sink = sink;
    }

    /** Empty if the flux is; its error if it has one before the first element. */
    static <T> Mono<Begun<T>> of(Flux<T> flux) {
        return Mono.create(sink -> {
            FirstEvent<T> first = new FirstEvent<>(sink);
            sink.onCancel(first::cancel);
            flux.subscribe(first);
        });
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        synchronized (this) {
            upstream = subscription;
        }
        subscription.request(1);
    }

    @Override
    public void onNext(T element) {
        CoreSubscriber<? super T> to;
        synchronized (this) {
            to = reader;
            if (!handedOver) {
                handedOver = true;
                to = null;
            } else {
                Objects.requireNonNull(to, "more than was asked for");
            }
        }
        if (to == null) {
            sink.success(new Begun<>(element, new Rest(), this::cancel));
        } else {
            to.onNext(element);
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
        CoreSubscriber<? super T> to;
        boolean early;
        synchronized (this) {
            done = true;
            failure = error;
            to = started ? reader : null;
            early = !handedOver;
        }
        if (early && error != null) {
            sink.error(error);
        } else if (early) {
            sink.success();
        } else if (to != null) {
            end(to, error);
        }
    }

    private static void end(CoreSubscriber<?> to, @Nullable Throwable error) {
        if (error == null) {
            to.onComplete();
        } else {
            to.onError(error);
        }
    }

    private final class Rest extends Flux<T> {

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            read(actual);
        }
    }

    private void read(CoreSubscriber<? super T> to) {
        synchronized (this) {
            reader = to;
        }
        to.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {
                Objects.requireNonNull(upstream).request(n);
            }

            @Override
            public void cancel() {
                FirstEvent.this.cancel();
            }
        });
        boolean over;
        Throwable error;
        synchronized (this) {
            started = true; // from here on the end is told when it comes
            over = done;
            error = failure;
        }
        if (over) {
            end(to, error);
        }
    }

    private void cancel() {
        Subscription running;
        synchronized (this) {
            running = upstream;
        }
        if (running != null) {
            running.cancel();
        }
    }
}
