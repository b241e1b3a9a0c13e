package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.ChangePage;
import dev.corrosion.crdt.ChangeReader;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.EmptyVersions;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.SyncFetch;
import dev.corrosion.protocol.VersionPart;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads versions frame by frame, as the database has them now: one that later ones have overwritten is given with what is
 * left of it. One thread at a time.
 */
final class VersionReader {

    /** Changes of one frame, in bytes, at most; one change may be larger. */
    static final int FRAME_BYTES = 128 << 10;

    /** Ranges of empty versions in one frame. */
    private static final int MAX_EMPTY_RANGES = 1000;

    private record Wanted(ActorId actor, VersionRange range) {}

    private final List<ReplicatedTable> tables;
    private final int frameBytes;
    private final Deque<Wanted> ranges = new ArrayDeque<>();

    /** The range that is read, if any, and where in it the reading has come to. */
    private @Nullable Wanted current;

    private long version;
    private long seq;
    private long allBytes;

    /**
     * Reads versions.
     *
     * @param tables the replicated tables
     * @param frameBytes changes of one frame, in bytes
     */
    VersionReader(List<ReplicatedTable> tables, List<SyncFetch.Wanted> wanted, int frameBytes) {
        this.frameBytes = frameBytes;
        this.tables = tables;
        for (SyncFetch.Wanted one : wanted) {
            List<VersionRange> ascending = one.versions().ranges();
            for (int i = ascending.size() - 1; i >= 0; i--) {
                ranges.add(new Wanted(one.actor(), ascending.get(i)));
            }
        }
        advance();
    }

    boolean isDone() {
        return current == null;
    }

    /** Whether the last version was given as a whole. */
    boolean isBetweenVersions() {
        return seq == 0;
    }

    /** How large all changes were that were read so far. */
    long bytes() {
        return allBytes;
    }

    private void advance() {
        current = ranges.poll();
        version = current == null ? 0 : current.range().first();
        seq = 0;
    }

    private void next(long following) {
        version = following;
        seq = 0;
        if (current != null && version > current.range().last()) {
            advance();
        }
    }

    /** The messages of the next frame; none if there was nothing to be said of the versions that were passed. */
    List<Message> read(Connection connection) throws SQLException {
        try (ChangeReader reader = ChangeReader.of(connection, tables)) {
            return read(reader);
        }
    }

    private List<Message> read(ChangeReader reader) throws SQLException {
        List<VersionPart> parts = new ArrayList<>();
        EmptyRanges empty = new EmptyRanges();
        int bytes = 0;
        while (current != null && bytes < frameBytes && empty.count < MAX_EMPTY_RANGES) {
            ActorId actor = current.actor();
            if (seq == 0 && skipToSurviving(reader, current, empty)) {
                continue;
            }
            ChangePage page = reader.read(actor, version, seq, frameBytes - bytes);
            if (!page.complete()) {
                // It holds records of a table that is gone here: somebody else has the whole.
                next(version + 1);
            } else if (seq == 0 && page.last() && page.changes().isEmpty()) {
                empty.add(actor, new VersionRange(version, version));
                next(version + 1);
            } else {
                VersionPart part = part(actor, page);
                parts.add(part);
                bytes += part.estimatedBytes();
                if (page.last()) {
                    next(version + 1);
                } else {
                    seq = part.toSeq() + 1;
                }
            }
        }
        allBytes += bytes;
        List<Message> messages = new ArrayList<>();
        if (!parts.isEmpty()) {
            messages.add(new Changes(parts));
        }
        messages.addAll(empty.messages());
        return messages;
    }

    private VersionPart part(ActorId actor, ChangePage page) {
        List<Change> changes = page.changes();
        // The rest of a version may be overwritten between two pages: then an empty part ends it.
        long toSeq = changes.isEmpty() ? seq : changes.get(changes.size() - 1).seq();
        return new VersionPart(actor, version, seq, toSeq, page.last(), changes);
    }

    /** Passes over versions of which nothing is left, however many; returns whether it has moved. */
    private boolean skipToSurviving(ChangeReader reader, Wanted wanted, EmptyRanges empty) throws SQLException {
        long last = wanted.range().last();
        long found = reader.nextSurviving(wanted.actor(), version, last);
        if (found == version) {
            return false;
        }
        long end = found == 0 ? last : found - 1;
        empty.add(wanted.actor(), new VersionRange(version, end));
        next(end + 1);
        return true;
    }

    /** Empty versions, a message for each run of one actor. */
    private static final class EmptyRanges {

        private final List<Message> done = new ArrayList<>();
        private final List<VersionRange> ranges = new ArrayList<>();
        private @Nullable ActorId actor;
        private int count;

        void add(ActorId of, VersionRange range) {
            if (!of.equals(actor)) {
                flush();
                actor = of;
            }
            ranges.add(range);
            count++;
        }

        List<Message> messages() {
            flush();
            return done;
        }

        private void flush() {
            if (actor != null && !ranges.isEmpty()) {
                done.add(new EmptyVersions(actor, ranges));
                ranges.clear();
            }
        }
    }
}
