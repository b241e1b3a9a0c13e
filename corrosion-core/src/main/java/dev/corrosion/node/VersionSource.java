package dev.corrosion.node;

import dev.corrosion.ledger.Horizon;
import dev.corrosion.protocol.Message;
import dev.corrosion.store.Database;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The versions that a peer fetches, as long as nothing happens behind which they would not be whole. */
final class VersionSource implements SyncSession.Source {

    /** What one fetch gets before it must ask again, so that it does not keep its place for ever. */
    static final long MAX_CHANGES_BYTES = 8L << 20;

    private final Database database;
    private final VersionReader reader;
    private final Horizon horizon;
    private final Supplier<Horizon> horizonNow;
    private final BooleanSupplier sameContent;

    /**
     * For a peer that has been compared with.
     *
     * @param horizon under which
     * @param horizonNow where it is now: once it has moved, nothing more is sent
     * @param sameContent whether the tables that the reader knows are still those of the database
     */
    VersionSource(
            Database database,
            VersionReader reader,
            Horizon horizon,
            Supplier<Horizon> horizonNow,
            BooleanSupplier sameContent) {
        this.database = database;
        this.reader = reader;
        this.horizon = horizon;
        this.horizonNow = horizonNow;
        this.sameContent = sameContent;
    }

    @Override
    public @Nullable List<Message> next() {
        if (reader.isDone() || (reader.bytes() >= MAX_CHANGES_BYTES && reader.isBetweenVersions())) {
            return null;
        }
        List<Message> messages = database.read(reader::read);
        if (!horizonNow.get().equals(horizon)) {
            // What was collected since may be missing in the frame, and the peer does not know.
            throw new CancellationException("tombstones were collected meanwhile");
        }
        if (!sameContent.getAsBoolean()) {
            throw new CancellationException("the database was replaced meanwhile");
        }
        return messages;
    }
}
