package dev.corrosion.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How long it takes until a few pages are on the disk: no commit is told to other nodes before. */
final class DiskFlush {

    private static final int FLUSHES = 300;

    /** About what a small transaction writes. */
    private static final int BYTES = 16 << 10;

    private DiskFlush() {}

    /** Overwrites a file that is there, as a WAL mostly is. */
    static Latencies measure() throws IOException {
        Path file = Files.createTempFile("corrosion-propagation", ".flush");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FLUSHES; i++) {
                channel.write(ByteBuffer.allocate(BYTES), (long) i * BYTES);
            }
            channel.force(true);
            long[] nanos = new long[FLUSHES];
            for (int i = 0; i < FLUSHES; i++) {
                channel.write(ByteBuffer.allocate(BYTES), (long) i * BYTES);
                long begun = System.nanoTime();
                channel.force(false);
                nanos[i] = System.nanoTime() - begun;
            }
            return new Latencies(nanos);
        } finally {
            Files.delete(file);
        }
    }
}
