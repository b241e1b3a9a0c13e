package dev.corrosion.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Temporary directories in memory, where the system has such: simulated disks need no real one. */
final class Memory implements TempDirFactory {

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        boolean usable = Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY);
        return usable ? Files.createTempDirectory(SHARED_MEMORY, "corrosion") : Files.createTempDirectory("corrosion");
    }
}
