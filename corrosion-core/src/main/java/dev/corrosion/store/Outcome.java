package dev.corrosion.store;

import java.util.concurrent.CompletableFuture;

/**
 * Tells how a write ended. Who cancels it gives the write up, also by what was made of it, by {@link #thenApply} and the
 * like: otherwise a room in between would keep the write in the queue although nobody waits for it any more.
 */
final class Outcome<T> extends CompletableFuture<T> {

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Derived<>(this);
    }

    private static final class Derived<T> extends CompletableFuture<T> {

        private final CompletableFuture<?> source;

        Derived(CompletableFuture<?> source) {
            this.source = source;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new Derived<>(this);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
                source.cancel(mayInterruptIfRunning);
            }
            return cancelled;
        }
    }
}
