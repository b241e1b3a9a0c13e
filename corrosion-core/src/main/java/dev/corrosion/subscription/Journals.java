package dev.corrosion.subscription;

import dev.corrosion.CorrosionException;
import dev.corrosion.SubscriptionLimits;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal of a node, which is opened when it is first needed, and anew if its file has failed. Safe for any thread. */
final class Journals implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Journals.class);

    private final JournalSetting setting;
    private final SubscriptionLimits limits;

    /** Guarded by this. */
    private @Nullable Journal open;

    private boolean closed;

    /** Opens it if there is one. */
    Journals(JournalSetting setting, SubscriptionLimits limits) {
        this.setting = setting;
        this.limits = limits;
        if (Files.exists(setting.file())) {
            try {
                current();
            } catch (CorrosionException e) {
                log.warn("no subscription can be durable, nor be come back to: {}", e.getMessage());
            }
        }
    }

    /** @throws CorrosionException if it cannot be opened */
    synchronized Journal current() {
        if (closed) {
            throw new CorrosionException("the node is closed");
        }
        Journal known = open;
        if (known != null && known.isBroken()) {
            open = null;
            known.close();
            known = null;
        }
        if (known == null) {
            known = Journal.open(setting, limits);
            open = known;
        }
        return known;
    }

    /** If it is open. */
    synchronized @Nullable Journal known() {
        return open;
    }

    /** Whether so much waits for it that what leads to more should wait, too: then the task runs when that is over. */
    boolean isFull(Runnable whenRoom) {
        Journal known = known();
        return known != null && known.isFull(whenRoom);
    }

    void forgetOld() {
        Journal known = known();
        if (known != null) {
            known.forgetOld();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (open != null) {
            open.close();
        }
    }
}
