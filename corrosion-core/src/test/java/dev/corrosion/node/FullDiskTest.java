package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.NodeActivity.Part;
import dev.corrosion.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node on a disk that is full says so, and that it is not any more, whether anybody writes or not. */
class FullDiskTest {

    private static final int SMALL_BYTES = 6 << 20;

    @Test
    void isAProblemOfTheDatabaseUntilThereIsRoom(@TempDir Path directory) throws Exception {
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + SMALL_BYTES, "tmpfs", directory.toString()),
                "only root can mount");
        try {
            Path ballast = Files.write(directory.resolve("ballast"), new byte[SMALL_BYTES / 3]);
            try (TestCluster cluster = new TestCluster(directory)) {
                Corrosion node = cluster.start("a");
                assertThat(node.status().problems()).isEmpty();

                assertThatExceptionOfType(CorrosionException.class).isThrownBy(() -> fill(node));
                assertThat(node.status().problems())
                        .singleElement()
                        .asString()
                        .contains("full", "make room on the disk");
                assertThat(node.status().activity().problems())
                        .hasEntrySatisfying(
                                Part.DATABASE, problems -> assertThat(problems).hasSize(1))
                        .containsEntry(Part.SYNC, List.of());

                Files.delete(ballast);
                await().atMost(DiskProbe.INTERVAL.multipliedBy(3))
                        .untilAsserted(
                                () -> assertThat(node.status().problems()).isEmpty());
            }
        } finally {
            assertThat(run("umount", directory.toString())).isTrue();
        }
    }

    private static void fill(Corrosion node) {
        for (int i = 0; i < SMALL_BYTES; i++) {
            node.write(Statement.of("INSERT INTO todo (id, title) VALUES (?, hex(randomblob(20000)))", "t" + i));
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false; // not on this system
        }
    }
}
