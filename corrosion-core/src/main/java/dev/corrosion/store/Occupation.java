package dev.corrosion.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a thread is at that should never be at one thing for long: it says when it begins something and when that has ended, and
 * anybody may look.
 */
public final class Occupation {

    /**
     * Something that has not ended.
     *
     * @param since {@link System#nanoTime} of its beginning
     */
    public record Stretch(Thread thread, long since) {}

    private volatile @Nullable Stretch current;

    /** It begins; on the thread itself. */
    public void begin() {
        current = new Stretch(Thread.currentThread(), System.nanoTime());
    }

    /** It has ended. */
    public void end() {
        current = null;
    }

    /** What it is at; empty if it waits for something to do. */
    public Optional<Stretch> current() {
        return Optional.ofNullable(current);
    }
}
