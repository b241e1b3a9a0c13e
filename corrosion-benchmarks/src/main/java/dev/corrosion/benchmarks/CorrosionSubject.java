package dev.corrosion.benchmarks;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.ChangePage;
import dev.corrosion.crdt.ChangeReader;
import dev.corrosion.crdt.Replica;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The table replicated: the same calls that the node makes on its writer thread. */
final class CorrosionSubject extends ReplicatedSubject<Change> {

    /** How much is read at a time. */
    private static final int PAGE_BYTES = 256 * 1024;

    private final Replica replica = new Replica(() -> new ActorId(UUID.randomUUID()));

    CorrosionSubject(Path file) throws SQLException {
        super(file, false);
        replica.configure(connection());
    }

    @Override
    void createTable() throws SQLException {
        begin();
        execute(CREATE_TABLE);
        replica.adopt(connection(), "services");
        commit();
    }

    @Override
    void begin() throws SQLException {
        super.begin();
        replica.begin(timestamp());
    }

    @Override
    void commit() throws SQLException {
        replica.finish();
        super.commit();
        replica.committed();
    }

    @Override
    long version() {
        return replica.version();
    }

    @Override
    List<Change> read(long version) throws SQLException {
        List<Change> changes = new ArrayList<>();
        ChangePage page;
        long from = 0;
        try (ChangeReader reader = ChangeReader.of(connection(), replica.tables())) {
            do {
                page = reader.read(replica.actorId(), version, from, PAGE_BYTES);
                changes.addAll(page.changes());
                from = changes.isEmpty() ? 0 : changes.get(changes.size() - 1).seq() + 1;
            } while (!page.last());
        }
        return changes;
    }

    @Override
    void merge(List<Change> changes) throws SQLException {
        super.begin();
        replica.merge(connection(), changes);
        super.commit();
        replica.committed();
    }
}
