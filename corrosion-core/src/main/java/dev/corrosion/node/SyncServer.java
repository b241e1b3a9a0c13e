package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.ChangePage;
import dev.corrosion.crdt.ChangeReader;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.ledger.ActorVersions;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Collected;
import dev.corrosion.protocol.EmptyVersions;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.SyncRequest;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Wire;
import dev.corrosion.store.Database;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the fetches of others: every version that is applied here and not there, in order, actor by actor, read from
 * the database as it is now. A version that later ones have overwritten is sent with what is left of it.
 */
final class SyncServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SyncServer.class);

    /** Peers served at a time. */
    private static final int THREADS = 2;

    /** Peers that may wait for their turn; further ones are turned away and come again. */
    private static final int MAX_WAITING = 32;

    /** Changes of one frame, in bytes; one change may be larger. */
    private static final int FRAME_BYTES = 128 << 10;

    /** Ranges of empty versions in one frame. */
    private static final int MAX_EMPTY_RANGES = 1000;

    /** How long a peer may take for one frame. */
    private static final long SEND_TIMEOUT_SECONDS = 20;

    private final Database database;
    private final Replica replica;
    private final Ledger ledger;
    private final TombstoneCollector tombstones;
    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                Thread thread = new Thread(task, "corrosion-sync");
                thread.setDaemon(true);
                return thread;
            });

    SyncServer(Database database, Replica replica, Ledger ledger, TombstoneCollector tombstones) {
        this.database = database;
        this.replica = replica;
        this.ledger = ledger;
        this.tombstones = tombstones;
    }

    void serve(Peer peer, SyncRequest request, ExchangeResponder responder) {
        try {
            executor.execute(() -> {
                try {
                    Session session = new Session(peer, request, responder);
                    Collected instead = tombstones.asked(peer.actorId(), request);
                    if (instead == null) {
                        session.run();
                    } else {
                        session.send(instead);
                    }
                    responder.end();
                } catch (RuntimeException | InterruptedException | ExecutionException | TimeoutException e) {
                    log.debug("the fetch of {} was broken off: {}", peer, e.toString());
                    responder.fail();
                }
            });
        } catch (RejectedExecutionException e) {
            responder.fail();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** One peer's fetch. */
    private final class Session {

        private final Peer peer;
        private final SyncRequest request;
        private final ExchangeResponder responder;
        private final List<ReplicatedTable> tables = replica.tables();

        Session(Peer peer, SyncRequest request, ExchangeResponder responder) {
            this.peer = peer;
            this.request = request;
            this.responder = responder;
        }

        void run() throws InterruptedException, ExecutionException, TimeoutException {
            for (Map.Entry<ActorId, ActorVersions> mine : ledger.snapshot().entrySet()) {
                ActorId actor = mine.getKey();
                ActorVersions theirs = request.holds().getOrDefault(actor, ActorVersions.NONE);
                if (actor.equals(peer.actorId())) {
                    if (mine.getValue().head() > theirs.head()) {
                        send(new VersionHead(actor, mine.getValue().head()));
                    }
                    continue;
                }
                for (VersionRange range : mine.getValue().missingAt(theirs).ranges()) {
                    send(actor, range);
                }
            }
        }

        private void send(ActorId actor, VersionRange range)
                throws InterruptedException, ExecutionException, TimeoutException {
            Cursor cursor = new Cursor(actor, range);
            while (!cursor.isDone()) {
                Frame frame = database.read(cursor::nextFrame);
                if (!tombstones.horizon().equals(request.horizon())) {
                    // What was collected since may be missing in the frame, and the peer does not know.
                    throw new CancellationException("tombstones were collected meanwhile");
                }
                if (!frame.parts().isEmpty()) {
                    send(new Changes(frame.parts()));
                }
                if (!frame.empty().isEmpty()) {
                    send(new EmptyVersions(actor, frame.empty()));
                }
            }
        }

        private void send(Message message) throws InterruptedException, ExecutionException, TimeoutException {
            responder.send(Wire.encode(message)).toCompletableFuture().get(SEND_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }

        private record Frame(List<VersionPart> parts, List<VersionRange> empty) {}

        /** Where the reading of a range has come to. */
        private final class Cursor {

            private final ActorId actor;
            private final long last;
            private long version;
            private long seq;

            Cursor(ActorId actor, VersionRange range) {
                this.actor = actor;
                this.version = range.first();
                this.last = range.last();
            }

            boolean isDone() {
                return version > last;
            }

            Frame nextFrame(Connection connection) throws SQLException {
                try (ChangeReader reader = ChangeReader.of(connection, tables)) {
                    return nextFrame(reader);
                }
            }

            private Frame nextFrame(ChangeReader reader) throws SQLException {
                List<VersionPart> parts = new ArrayList<>();
                List<VersionRange> empty = new ArrayList<>();
                int bytes = 0;
                while (!isDone() && bytes < FRAME_BYTES && empty.size() < MAX_EMPTY_RANGES) {
                    if (seq == 0 && skipToSurviving(reader, empty)) {
                        continue;
                    }
                    ChangePage page = reader.read(actor, version, seq, FRAME_BYTES - bytes);
                    if (!page.complete()) {
                        // It holds records of a table that is gone here: somebody else has the whole.
                        version++;
                        seq = 0;
                        continue;
                    }
                    if (seq == 0 && page.last() && page.changes().isEmpty()) {
                        empty.add(new VersionRange(version, version));
                        version++;
                        continue;
                    }
                    VersionPart part = part(page);
                    parts.add(part);
                    bytes += part.estimatedBytes();
                    seq = page.last() ? 0 : part.toSeq() + 1;
                    version += page.last() ? 1 : 0;
                }
                return new Frame(parts, empty);
            }

            private VersionPart part(ChangePage page) {
                List<Change> changes = page.changes();
                // The rest of a version may be overwritten between two pages: then an empty part ends it.
                long toSeq = changes.isEmpty()
                        ? seq
                        : changes.get(changes.size() - 1).seq();
                return new VersionPart(actor, version, seq, toSeq, page.last(), changes);
            }

            /** Passes over versions of which nothing is left, however many; returns whether it has moved. */
            private boolean skipToSurviving(ChangeReader reader, List<VersionRange> empty) throws SQLException {
                long next = reader.nextSurviving(actor, version, last);
                if (next == version) {
                    return false;
                }
                long end = next == 0 ? last : next - 1;
                empty.add(new VersionRange(version, end));
                version = end + 1;
                return true;
            }
        }
    }
}
