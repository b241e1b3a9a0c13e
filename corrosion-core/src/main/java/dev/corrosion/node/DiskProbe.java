package dev.corrosion.node;

import dev.corrosion.store.Database;
import java.time.Duration;

/** While the disk takes nothing, nobody may try to write, and nobody would notice that it does again: so it is tried. */
final class DiskProbe implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Runnable stop;

    /**
     * Begins at once.
     *
     * @param write writes something; does not block
     */
    DiskProbe(Host host, Database database, Runnable write) {
        this.stop = host.every("disk", INTERVAL, () -> {
            if (database.load().trouble().isPresent()) {
                write.run();
            }
        });
    }

    @Override
    public void close() {
        stop.run();
    }
}
