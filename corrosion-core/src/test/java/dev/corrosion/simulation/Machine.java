package dev.corrosion.simulation;

import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.SubscriptionLimits;
import dev.corrosion.node.SimulatedNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A machine with a disk, on which a node runs, or not. */
final class Machine {

    private static final int FIRST_PORT = 10_000;

    final int number;
    final InetSocketAddress address;

    /** What its clock is ahead of the true time. */
    Duration skew = Duration.ZERO;

    /** Its processor does nothing until then. */
    long heldUpUntil;

    /** How long a look at its clock takes, so that what a node does between two of them seems to take time. */
    Duration glance = Duration.ZERO;

    Duration flushTime = Duration.ofMillis(2);
    boolean diskFull;

    /** With which its node starts. */
    String schema = World.SCHEMA;

    SubscriptionLimits subscriptions = SubscriptionLimits.DEFAULT;

    private final World world;
    private final Path directory;
    private @Nullable NodeRun process;
    private boolean isLeaving;
    private int starts;

    Machine(World world, int number, Path directory) {
        this.world = world;
        this.number = number;
        this.directory = directory;
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FIRST_PORT + number);
    }

    /** The node that runs on it, if one does. */
    @Nullable NodeRun running() {
        return process;
    }

    NodeRun process() {
        return Objects.requireNonNull(process);
    }

    Path file() {
        return directory.resolve("corrosion.db");
    }

    void start() {
        if (process != null) {
            return;
        }
        NodeRun starting = new NodeRun(world, this);
        world.log.note(this + " starts");
        try {
            SimulatedNode node = SimulatedNode.start(
                    world.options(this),
                    world.settings().snapshotVersions(),
                    world.settings().skippedVersions(),
                    starting);
            starting.started(node);
            process = starting;
            starts++;
            world.started(starting);
        } catch (CorrosionException e) {
            throw new AssertionError(this + " does not start", e);
        }
    }

    CorrosionOptions.Builder options() {
        return CorrosionOptions.builder()
                .database(file())
                .name("node" + number)
                .host("127.0.0.1")
                .port(address.getPort())
                .subscriptions(subscriptions);
    }

    /** Says goodbye and stops. */
    @SuppressWarnings("FutureReturnValueIgnored") // leaving does not fail
    void leave() {
        NodeRun leaving = process;
        if (leaving != null) {
            world.log.note(this + " leaves");
            isLeaving = true;
            leaving.node().leave().thenRun(() -> {
                if (process == leaving) {
                    leaving.stop();
                    process = null;
                    isLeaving = false;
                    world.stopped(leaving);
                }
            });
        }
    }

    /** @param kept how much of what is not flushed survives: 1 if only the process dies, less if the power fails */
    void crash(double kept) {
        NodeRun dying = process;
        if (dying != null) {
            world.log.note(this + " crashes");
            process = null;
            isLeaving = false;
            dying.crash(kept);
            world.stopped(dying);
        }
    }

    /** Its disk is replaced by an empty one. The node is not running. */
    void wipe() {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies of the files of the database as they are. The node is not running. */
    List<Backup> backUp() {
        try (Stream<Path> files = Files.list(directory)) {
            List<Backup> copies = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                copies.add(new Backup(file, Files.readAllBytes(file)));
            }
            return copies;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts older files in place of what is there. The node is not running. */
    void restore(List<Backup> copies) {
        wipe();
        try {
            for (Backup copy : copies) {
                Files.write(copy.file(), copy.content());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // written back, never compared
    record Backup(Path file, byte[] content) {}

    boolean isLeaving() {
        return isLeaving;
    }

    int starts() {
        return starts;
    }

    @Override
    public String toString() {
        return "node" + number;
    }
}
