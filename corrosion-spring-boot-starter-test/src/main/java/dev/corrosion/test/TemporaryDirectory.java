package dev.corrosion.test;

import dev.corrosion.CorrosionException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A directory that goes with the test. */
record TemporaryDirectory(Path path) {

    static TemporaryDirectory make() {
        try {
            return new TemporaryDirectory(Files.createTempDirectory("corrosion-test-"));
        } catch (IOException e) {
            throw new CorrosionException("no temporary directory can be made for the databases of a test: " + e, e);
        }
    }

    /** With all that is in it. */
    void delete() {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new CorrosionException("the temporary directory " + path + " cannot be removed: " + e, e);
        }
    }
}
