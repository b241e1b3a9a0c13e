package dev.corrosion.benchmarks;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * A subject whose changes can be read and merged.
 *
 * @param <C> a change
 */
abstract class ReplicatedSubject<C> extends Subject {

    ReplicatedSubject(Path file, boolean loadExtensions) throws SQLException {
        super(file, loadExtensions);
    }

    /** The last version that was written here. */
    abstract long version() throws SQLException;

    /** What survives of a version that was written here. */
    abstract List<C> read(long version) throws SQLException;

    /** Merges changes of another subject of the same kind, as one transaction. */
    abstract void merge(List<C> changes) throws SQLException;
}
