package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.transport.identity.Revocations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who is revoked as the options have it: those that they name, and those in the file that they name. */
final class RevokedList {

    private RevokedList() {}

    /**
     * Reads the file, too.
     *
     * @throws CorrosionException if it cannot be read, an entry is not understood, or this node is among them
     */
    static Revocations read(CorrosionOptions options, ActorId self) {
        List<String> entries = new ArrayList<>(options.revoked());
        Path file = options.revokedFile();
        if (file != null) {
            entries.addAll(lines(file));
        }
        try {
            Revocations revoked = Revocations.parse(entries);
            if (revoked.actors().contains(self)) {
                throw new CorrosionException("this node itself, actor " + self
                        + ", has been revoked (corrosion.security.revoked): it has no place in this cluster any more."
                        + " Start it with an empty data directory and other certificates, or strike it off the list");
            }
            return revoked;
        } catch (IllegalArgumentException e) {
            throw new CorrosionException(
                    "the list of the revoked (corrosion.security.revoked" + (file == null ? "" : " and " + file)
                            + ") cannot be used: " + e.getMessage(),
                    e);
        }
    }

    private static List<String> lines(Path file) {
        // One more than can be used, so that too many are noticed.
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.split("#", 2)[0].strip())
                    .filter(entry -> !entry.isEmpty())
                    .limit(Revocations.MAX_ENTRIES + 1L)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            String why = e instanceof NoSuchFileException ? "it is not there" : String.valueOf(e.getMessage());
            throw new CorrosionException("the list of the revoked in " + file + " cannot be read: " + why, e);
        }
    }
}
