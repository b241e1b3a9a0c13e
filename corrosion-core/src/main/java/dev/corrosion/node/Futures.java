package dev.corrosion.node;

import dev.corrosion.CorrosionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waiting for what others do. */
final class Futures {

    private Futures() {}

    /**
     * Its value, when it has one.
     *
     * @throws CorrosionException if it fails
     */
    static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CorrosionException known) {
                throw known;
            }
            throw new CorrosionException(String.valueOf(e.getCause()), e.getCause());
        }
    }
}
