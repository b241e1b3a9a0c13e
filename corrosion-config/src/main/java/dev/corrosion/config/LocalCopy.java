package dev.corrosion.config;

import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.config.ConfigTable.Entry;
import dev.corrosion.spring.autoconfigure.EarlyDatabase;
import java.util.List;
import java.util.Optional;
import org.apache.commons.logging.Log;

/**
 * Reads the table from the node's own file. Without one, the node is opened for its first copy: once in the life of a database, or at
 * each start where the disk does not outlive the process. The schema then is what the properties name and this table.
 */
final class LocalCopy {

    private static final String TABLE = "config";

    private final Log log;

    LocalCopy(Log log) {
        this.log = log;
    }

    /**
     * The rows of the namespace, in the order of {@link ConfigTable#QUERY}.
     *
     * @throws NoFirstCopyException if there is no copy, no peer could be compared with in time, and the import is not optional
     * @throws CorrosionException if the file cannot be read, or the node not be opened
     */
    List<Entry> read(CorrosionConfigDataResource resource) {
        Optional<List<Entry>> here = readFile(resource);
        if (here.isEmpty()) {
            fetch(resource);
            here = readFile(resource);
        }
        return here.orElse(List.of());
    }

    private static Optional<List<Entry>> readFile(CorrosionConfigDataResource resource) {
        return EarlyDatabase.read(
                resource.database(),
                TABLE,
                ConfigTable.QUERY,
                List.of(resource.namespace()),
                row -> new Entry(
                        ConfigTable.text(row.getString(1)),
                        ConfigTable.text(row.getString(2)),
                        ConfigTable.text(row.getString(3)),
                        row.getString(4),
                        ConfigTable.text(row.getString(5))));
    }

    private void fetch(CorrosionConfigDataResource resource) {
        CorrosionConfigDataResource.FirstStart firstStart = resource.firstStart();
        CorrosionOptions options = firstStart.options().get();
        if (!EarlyDatabase.fetch(options, firstStart.timeout())) {
            String what = "no peer has sent its configuration within "
                    + firstStart.timeout().toMillis() + " ms (looked for "
                    + options.cluster().bootstrap() + "), and there is no local copy yet";
            if (!firstStart.optional()) {
                throw new NoFirstCopyException(what);
            }
            log.warn(what + "; the application goes on with what it has and follows changes");
        }
    }
}
