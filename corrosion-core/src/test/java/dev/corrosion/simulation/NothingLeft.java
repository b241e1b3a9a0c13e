package dev.corrosion.simulation;

import dev.corrosion.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** V7: nothing piles up: no parts of versions that are whole by now, no actor that never was, no more than two copies. */
final class NothingLeft implements Validation {

    private static final int MAX_COPIES = 2;

    @Override
    public void check(World world) {
        for (NodeRun process : world.running()) {
            List<Row> parts = process.node()
                    .query("SELECT p.version, p.from_seq FROM __corrosion_partial p WHERE NOT EXISTS (SELECT 1 FROM"
                            + " __corrosion_gaps g WHERE g.actor = p.actor AND p.version BETWEEN g.first AND g.last)");
            if (!parts.isEmpty()) {
                throw new AssertionError(process.machine() + " keeps parts of versions that it has whole: " + parts);
            }
            long copies = files(process)
                    .filter(file -> file.toString().contains(".snapshot-"))
                    .count();
            if (copies > MAX_COPIES) {
                throw new AssertionError(process.machine() + " keeps " + copies + " copies of its database");
            }
        }
    }

    private static Stream<Path> files(NodeRun process) {
        try (Stream<Path> files = Files.list(process.machine().file().resolveSibling("."))) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
