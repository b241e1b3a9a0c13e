package dev.corrosion.test;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.WriteResult;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link TestCluster}, which may run or not. It stays the same while it is stopped and started; {@link
 * #corrosion} does not. Thread-safe.
 */
public final class TestNode {

    private final String name;
    private final Path directory;
    private final InetSocketAddress address;
    private final boolean application;

    /** What it was opened with, and is again. */
    private volatile @Nullable CorrosionOptions options;

    private volatile @Nullable Corrosion running;

    TestNode(String name, Path directory, InetSocketAddress address, boolean application) {
        this.name = name;
        this.directory = directory;
        this.address = address;
        this.application = application;
    }

    /** {@code node-0}, {@code node-1}, and so on. */
    public String name() {
        return name;
    }

    /** Where its files are. */
    public Path directory() {
        return directory;
    }

    /** Whether it is open. */
    public boolean isRunning() {
        return running != null;
    }

    /** Whether it is the node of the application under test, which its context opens and closes. */
    public boolean isApplication() {
        return application;
    }

    /**
     * The open node.
     *
     * @throws CorrosionException if it is not running
     */
    public Corrosion corrosion() {
        Corrosion open = running;
        if (open == null) {
            throw new CorrosionException(name + " is not running: start it with TestCluster.start");
        }
        return open;
    }

    /**
     * One transaction of one statement, on this node.
     *
     * @see Corrosion#write(Statement...)
     */
    public WriteResult write(String sql, @Nullable Object... parameters) {
        return corrosion().write(Statement.of(sql, parameters));
    }

    /**
     * What this node has.
     *
     * @see Corrosion#query(Statement)
     */
    public List<Row> query(String sql, @Nullable Object... parameters) {
        return corrosion().query(Statement.of(sql, parameters));
    }

    InetSocketAddress address() {
        return address;
    }

    Path database() {
        return directory.resolve("corrosion.db");
    }

    /** What it is opened with; null while the application has not said it. */
    @Nullable CorrosionOptions options() {
        return options;
    }

    void options(CorrosionOptions next) {
        options = next;
    }

    void opened(Corrosion corrosion) {
        running = corrosion;
    }

    void closed() {
        running = null;
    }

    @Override
    public String toString() {
        return name;
    }
}
