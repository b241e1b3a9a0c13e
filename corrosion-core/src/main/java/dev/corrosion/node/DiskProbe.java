package dev.corrosion.node;

import dev.corrosion.store.Database;
import java.time.Duration;

/**
 * While the disk takes nothing, nobody may try to write, and nobody would notice that it does again: so it is tried. On the
 * event loop.
 */
final class DiskProbe {

    static final Duration INTERVAL = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final Database database;
    private final Runnable write;

    /** @param write writes something; does not block */
    DiskProbe(EventLoop loop, Database database, Runnable write) {
        this.loop = loop;
        this.database = database;
        this.write = write;
    }

    void start() {
        loop.schedule(INTERVAL, () -> {
            if (database.load().trouble().isPresent()) {
                write.run();
            }
            start();
        });
    }
}
