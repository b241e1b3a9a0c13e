package dev.corrosion.config;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.config.ConfigTable.Entry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.logging.Log;

/**
 * Gets a node its first copy before the application has a context: opens it, waits until it has what a peer has, and closes it. The
 * context opens it again, on the same database. It happens once in the life of a database, or at each start where the disk does not
 * outlive the process.
 *
 * <p>The schema is what the properties name and this table. Changes of other tables, which beans declare later, wait in the database
 * for them.
 */
final class FirstCopy {

    private static final Duration POLL = Duration.ofMillis(50);

    private final Log log;

    FirstCopy(Log log) {
        this.log = log;
    }

    /**
     * The rows of the namespace.
     *
     * @throws NoFirstCopyException if no peer could be compared with in time, and the import is not optional
     */
    List<Entry> fetch(CorrosionConfigDataResource resource) {
        CorrosionOptions options = resource.firstStart().options().get();
        List<String> bootstrap = options.cluster().bootstrap();
        try (Corrosion node = Corrosion.open(options)) {
            // A node that looks for nobody is the first one, or the only one: it has what there is.
            if (!bootstrap.isEmpty() && !synced(node, resource.firstStart().timeout())) {
                String what = "no peer has sent its configuration within "
                        + resource.firstStart().timeout().toMillis() + " ms (looked for " + bootstrap
                        + "), and there is no local copy yet";
                if (!resource.firstStart().optional()) {
                    throw new NoFirstCopyException(what);
                }
                log.warn(what + "; the application goes on with what it has and follows changes");
            }
            return node.query(ConfigTable.query(resource.namespace())).stream()
                    .map(Entry::of)
                    .toList();
        }
    }

    private static boolean synced(Corrosion node, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!node.status().activity().sync().synced()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CorrosionException("interrupted while waiting for the first copy of the configuration", e);
            }
        }
        return true;
    }
}
