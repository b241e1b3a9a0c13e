package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.store.Database;
import dev.corrosion.store.WriteTask;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what membership finds to the {@link MemberStore}, as it happens. One transaction is under way at a time; what
 * changes meanwhile waits for the next, one entry a member. Event loop only.
 */
final class MemberJournal {

    private static final Logger log = LoggerFactory.getLogger(MemberJournal.class);

    /** What is to be stored of a member: nothing if it is forgotten. */
    private record Entry(Optional<MemberRecord> member, long since) {}

    private final EventLoop loop;
    private final Database database;
    private final Runnable changed;
    private Map<ActorId, Entry> waiting = new LinkedHashMap<>();
    private boolean writing;

    /** Calls {@code changed} on the writer thread after each commit. */
    MemberJournal(EventLoop loop, Database database, Runnable changed) {
        this.loop = loop;
        this.database = database;
        this.changed = changed;
    }

    /** At that time of day, in milliseconds. */
    void put(MemberRecord member, long since) {
        waiting.put(member.id(), new Entry(Optional.of(member), since));
    }

    void remove(ActorId id) {
        waiting.put(id, new Entry(Optional.empty(), 0));
    }

    /** Writes what was put, now or right after what is being written. */
    void flush() {
        if (writing || waiting.isEmpty()) {
            return;
        }
        Map<ActorId, Entry> batch = waiting;
        waiting = new LinkedHashMap<>();
        writing = true;
        database.writeInternal(new Store(batch))
                .whenComplete((stored, failure) -> loop.execute(this::written))
                .exceptionally(failure -> {
                    log.warn("the list of members could not be stored: {}", failure.toString());
                    return false;
                });
    }

    private void written() {
        writing = false;
        flush();
    }

    private final class Store implements WriteTask<Boolean> {

        private final Map<ActorId, Entry> batch;

        Store(Map<ActorId, Entry> batch) {
            this.batch = batch;
        }

        @Override
        public Boolean run(Connection connection) throws SQLException {
            for (Map.Entry<ActorId, Entry> entry : batch.entrySet()) {
                Optional<MemberRecord> member = entry.getValue().member();
                if (member.isPresent()) {
                    MemberStore.put(connection, member.get(), entry.getValue().since());
                } else {
                    MemberStore.remove(connection, entry.getKey());
                }
            }
            return true;
        }

        @Override
        public void committed(Boolean stored) {
            changed.run();
        }
    }
}
