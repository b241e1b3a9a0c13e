package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.ConnectionSetup;
import dev.corrosion.store.PreparedStatements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The replication state of one database file.
 *
 * <p>Bound to the writer connection and its thread, except for {@link #actorId}, {@link #previous}, {@link #version} and
 * {@link #tables},
 * which any thread may call. Memory follows the disk: the version is read again for each transaction, so none is ever
 * skipped or given twice, whatever becomes of a COMMIT.
 */
public final class Replica implements ConnectionSetup {

    private final Supplier<ActorId> newActor;
    private final Catalog catalog = new Catalog();
    private final LocalWrites local = new LocalWrites();

    private @Nullable PreparedStatements statements;
    private @Nullable Actors actors;
    private volatile @Nullable Identity identity;
    private volatile long version;
    private long pendingVersion;

    /**
     * Of a database that is not open yet.
     *
     * @param newActor gives the identity if the database has none yet or needs a new one; never one that it had before
     */
    public Replica(Supplier<ActorId> newActor) {
        this.newActor = newActor;
    }

    @Override
    public void configure(Connection connection) throws SQLException {
        PreparedStatements prepared = new PreparedStatements(connection);
        statements = prepared;
        actors = new Actors(prepared);
        local.register(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            boolean done = false;
            try {
                InternalTables.prepare(connection);
                identity = Identity.prepare(connection, newActor);
                catalog.load(connection, identity().number());
                version = readVersion(prepared);
                statement.execute("COMMIT");
                done = true;
            } finally {
                if (!done) {
                    statement.execute("ROLLBACK");
                }
            }
        }
    }

    /** Made once and kept in the database, unless {@link #renewIdentityAtNextOpen} was called. */
    public ActorId actorId() {
        return identity().actorId();
    }

    /**
     * Who this database was before it took a new identity. Told at every open until {@link #forgetPrevious}: whoever
     * keeps account of the versions that are here must learn that those of the previous actor are.
     */
    public Optional<PreviousIdentity> previous() {
        return Optional.ofNullable(identity().previous());
    }

    /** Called in the transaction that has taken note of {@link #previous}, so that later opens need not tell it. */
    public void forgetPrevious(Connection connection) throws SQLException {
        statements(connection);
        Identity.forgetPrevious(connection);
    }

    /**
     * Gives up this identity, inside the caller's transaction: the next {@link #configure} takes a new one, whose
     * versions begin at 1. For a database that turns out to be an older copy of itself, whose next versions others
     * already have with another content. What this actor wrote stays under its name, and is merged like that of any
     * other.
     */
    public void renewIdentityAtNextOpen(Connection connection) throws SQLException {
        statements(connection);
        Identity.renew(connection);
    }

    private Identity identity() {
        return Objects.requireNonNull(identity, "the database is not open");
    }

    /** The last committed version of this actor; 0 before its first. */
    public long version() {
        return version;
    }

    /** The replicated tables as committed. */
    public List<ReplicatedTable> tables() {
        return catalog.committed();
    }

    /**
     * Begins to record: from here to {@link #finish}, writes to replicated tables become changes of one version.
     * Called inside a transaction.
     *
     * @param ts the timestamp of the changes
     */
    public void begin(String ts) throws SQLException {
        local.begin(ts, readVersion(statements()) + 1);
    }

    /** Ends the recording and stores the new version, if there is one. Called before COMMIT. */
    public LocalTransaction finish(Connection connection) throws SQLException {
        local.end();
        if (!local.recorded()) {
            return new LocalTransaction(0, Set.of());
        }
        PreparedStatement update =
                statements(connection).get("UPDATE __corrosion_meta SET value = ? WHERE name = 'version'");
        update.setLong(1, local.version());
        update.executeUpdate();
        pendingVersion = local.version();
        Set<String> tables = catalog.current().stream()
                .filter(table -> local.tables().contains(table.id()))
                .map(ReplicatedTable::name)
                .collect(Collectors.toSet());
        return new LocalTransaction(local.version(), tables);
    }

    /**
     * The first changes of what {@link #finish} has just ended, from the transaction that it is part of.
     *
     * @param maxBytes as for {@link ChangeReader#read}
     */
    public ChangePage changes(LocalTransaction transaction, int maxBytes) throws SQLException {
        List<TableChanges> touched = new ArrayList<>();
        for (String table : transaction.tables()) {
            touched.add(Objects.requireNonNull(catalog.writable(statements(), table))
                    .changes());
        }
        return ChangeReader.page(touched, actorId(), identity().number(), transaction.version(), 0, maxBytes, true);
    }

    /** Memory follows the COMMIT; {@link dev.corrosion.store.Database} calls it. */
    @Override
    public void committed() {
        local.end();
        catalog.commit();
        if (pendingVersion != 0) {
            version = pendingVersion;
            pendingVersion = 0;
        }
    }

    /** Memory follows the ROLLBACK; {@link dev.corrosion.store.Database} calls it. */
    @Override
    public void rolledBack() {
        local.end();
        catalog.rollBack();
        actors().forget();
        pendingVersion = 0;
    }

    /**
     * Merges changes in the order given, inside the caller's transaction.
     *
     * @throws MergeException if a change is rejected; then none of them was merged, and the transaction may go on
     * @throws SQLException if SQLite itself fails; the transaction must be rolled back
     */
    public MergeResult merge(Connection connection, List<Change> changes) throws SQLException {
        PreparedStatements prepared = statements(connection);
        prepared.get("SAVEPOINT __corrosion_merge").execute();
        local.merging(true);
        MergeResult result;
        try {
            Merger merger = new Merger(prepared, catalog, actors(), actorId(), readVersion(prepared), changes.size());
            for (Change change : changes) {
                merger.apply(change);
            }
            result = merger.finish();
        } catch (MergeException e) {
            actors().forget();
            prepared.get("ROLLBACK TO __corrosion_merge").execute();
            prepared.get("RELEASE __corrosion_merge").execute();
            throw e;
        } finally {
            local.merging(false);
        }
        prepared.get("RELEASE __corrosion_merge").execute();
        return result;
    }

    /**
     * Makes a table replicated, inside the caller's transaction. Rows that it has already become changes of this actor,
     * so a recording must have begun if there are any. A second time, nothing happens.
     */
    public void adopt(Connection connection, String table) throws SQLException {
        ReplicatedTable added = catalog.add(connection, table);
        if (added != null) {
            Backfill.run(connection, added, local, identity().number());
        }
    }

    /**
     * Reads a replicated table's columns again after ALTER TABLE, inside the caller's transaction. Records nothing; the
     * records of columns that are gone go with them.
     */
    public void refresh(Connection connection, String table) throws SQLException {
        catalog.refresh(connection, table);
    }

    /**
     * Forgets a replicated table, inside the caller's transaction: its records, its tombstones, its triggers. The table
     * itself stays; what is written to it from now on is nobody else's.
     */
    public void drop(Connection connection, String table) throws SQLException {
        statements(connection).close();
        catalog.remove(connection, table);
    }

    /** Prepared statements of the writer connection, for the writer thread. */
    public PreparedStatements statements() {
        return Objects.requireNonNull(statements, "the database is not open");
    }

    private PreparedStatements statements(Connection connection) {
        PreparedStatements prepared = statements();
        if (!prepared.isFor(connection)) {
            throw new IllegalArgumentException("not the writer connection of this replica");
        }
        return prepared;
    }

    private Actors actors() {
        return Objects.requireNonNull(actors, "the database is not open");
    }

    private static long readVersion(PreparedStatements statements) throws SQLException {
        PreparedStatement select = statements.get("SELECT value FROM __corrosion_meta WHERE name = 'version'");
        try (ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
