package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.SnapshotChunk;
import dev.corrosion.protocol.SnapshotHeader;
import dev.corrosion.protocol.SnapshotRequest;
import dev.corrosion.protocol.Wire;
import dev.corrosion.store.Database;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.TransportListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A copy fetched over links that break. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SnapshotClientTest {

    private static final ActorId PEER = new ActorId(new UUID(0, 1));
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final EventLoop loop = new ThreadLoop("snapshot-test");
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final ExecutorService network = Executors.newSingleThreadExecutor();
    private final Path directory;
    private final Database database;
    private final SnapshotFiles files;
    private final List<Long> offsets = new CopyOnWriteArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final CompletableFuture<String> installed = new CompletableFuture<>();

    /** Chunks until a link breaks. */
    private volatile int chunksPerLink = Integer.MAX_VALUE;

    private volatile boolean damaged;
    private volatile boolean trusted = true;

    SnapshotClientTest(@TempDir Path directory) {
        this.directory = directory;
        this.database = Database.open(directory.resolve("a.db"), connection -> {});
        this.files = new SnapshotFiles(database, loop, executor);
    }

    @BeforeEach
    void fill() {
        database.write(connection -> {
                    fill(connection);
                    return true;
                })
                .join();
    }

    private static void fill(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (b)");
            for (int i = 0; i < 40; i++) {
                statement.execute("INSERT INTO t VALUES (randomblob(100000))");
            }
        }
    }

    @AfterEach
    void close() {
        database.close();
        files.close();
        loop.close();
        executor.shutdownNow();
        network.shutdownNow();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the outcome completes another one
    private boolean fetch() {
        SnapshotClient client = new SnapshotClient(
                loop,
                executor,
                new BrokenNetwork(),
                new NodeCounters(),
                List::of,
                directory.resolve("b.db"),
                peer -> trusted,
                file -> {
                    try {
                        installed.complete(SnapshotFiles.hash(file));
                    } catch (IOException e) {
                        installed.completeExceptionally(e);
                    }
                    return CompletableFuture.completedFuture(new CarryOver.Result(0, 0));
                });
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        loop.execute(() -> client.begin(PEER, ADDRESS).thenAccept(done::complete));
        return done.join();
    }

    @Test
    void goesOnWhereTheLinkBrokeAndFetchesNothingTwice() {
        chunksPerLink = 3;
        assertThat(fetch()).isTrue();
        SnapshotFiles.Copy copy = files.take("");
        assertThat(copy).isNotNull();
        assertThat(installed.join()).isEqualTo(copy.sha256);
        assertThat(sent.get()).isEqualTo(copy.bytes);
        assertThat(offsets).hasSizeGreaterThan(2).isSorted().doesNotHaveDuplicates();
        assertThat(Files.exists(directory.resolve("b.db.incoming"))).isFalse();
    }

    @Test
    void givesUpAfterSomeLinksThatBringNothing() {
        chunksPerLink = 0;
        assertThat(fetch()).isFalse();
        assertThat(installed).isNotDone();
    }

    @Test
    void takesNothingFromAPeerThatMayNotWriteAllThatItWouldBring() {
        trusted = false;
        assertThat(fetch()).isFalse();
        assertThat(installed).isNotDone();
    }

    @Test
    void doesNotInstallWhatIsNotWhatWasAnnounced() {
        damaged = true;
        assertThat(fetch()).isFalse();
        assertThat(installed).isNotDone();
    }

    @Test
    void whatACrashHasLeftIsDeleted() throws IOException {
        Path left = Files.createFile(directory.resolve("a.db.snapshot-9"));
        new SnapshotFiles(database, loop, executor).close();
        assertThat(left).doesNotExist();
    }

    /** Answers with the real thing and breaks off after some chunks. */
    private final class BrokenNetwork implements Transport {

        @Override
        public void exchange(InetSocketAddress to, byte[] request, ExchangeHandler handler) {
            network.execute(() -> answer((SnapshotRequest) Wire.decode(request), handler));
        }

        private void answer(SnapshotRequest request, ExchangeHandler handler) {
            int chunks = 0;
            handler.onPeer(new Peer(PEER, ADDRESS));
            try (SnapshotSource source = new SnapshotSource(files, request, SnapshotSource.CHUNK_BYTES)) {
                for (List<Message> next = source.next(); next != null; next = source.next()) {
                    for (Message message : next) {
                        if (message instanceof SnapshotHeader header) {
                            offsets.add(header.offset());
                        }
                        if (message instanceof SnapshotChunk chunk) {
                            if (chunks++ == chunksPerLink) {
                                handler.onFailure(new IOException("broken"));
                                return;
                            }
                            sent.addAndGet(chunk.bytes());
                        }
                        handler.onFrame(Wire.encode(changed(message)))
                                .toCompletableFuture()
                                .join();
                    }
                }
            } catch (RuntimeException e) {
                handler.onFailure(e);
                return;
            }
            handler.onEnd();
        }

        private Message changed(Message message) {
            return damaged && message instanceof SnapshotHeader header
                    ? new SnapshotHeader("00" + header.sha256().substring(2), header.bytes(), header.offset())
                    : message;
        }

        @Override
        public InetSocketAddress address() {
            return ADDRESS;
        }

        @Override
        public void start(TransportListener listener) {}

        @Override
        public void sendDatagram(InetSocketAddress to, byte[] payload) {}

        @Override
        public void sendFrame(InetSocketAddress to, byte[] frame) {}

        @Override
        public void close() {}
    }
}
