package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionException;
import dev.corrosion.store.ConnectionSetup;
import dev.corrosion.store.PreparedStatements;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replication state of one database file.
 *
 * <p>Bound to the writer connection and its thread, except for {@link #actorId}, {@link #previous}, {@link #version} and
 * {@link #tables},
 * which any thread may call. Memory follows the disk, by the calls of {@link ConnectionSetup}.
 */
public final class Replica implements ConnectionSetup {

    /** So many versions, at most, an actor skips when it starts after a crash. */
    public static final long MAX_SKIPPED_VERSIONS = Versions.BLOCK;

    private static final Logger log = LoggerFactory.getLogger(Replica.class);

    private final Supplier<ActorId> newActor;
    private final Catalog catalog = new Catalog();
    private final LocalWrites local = new LocalWrites();
    private final Versions versions = new Versions();
    private final boolean keepIdentity;
    private final boolean offline;
    private boolean changingSchema;

    private @Nullable PreparedStatements statements;
    private @Nullable Actors actors;
    private volatile @Nullable Identity identity;

    /**
     * Of a database that is not open yet.
     *
     * @param newActor gives the identity if the database has none yet or needs a new one; never one that it had before
     */
    public Replica(Supplier<ActorId> newActor) {
        this(newActor, false);
    }

    /**
     * Of a database that is not open yet.
     *
     * @param keepIdentity a database that was copied or restored keeps its identity. Right only if the original is gone
     *     for good, and nothing was written to it since the copy was made
     */
    public Replica(Supplier<ActorId> newActor, boolean keepIdentity) {
        this(newActor, keepIdentity, false);
    }

    private Replica(Supplier<ActorId> newActor, boolean keepIdentity, boolean offline) {
        this.newActor = newActor;
        this.keepIdentity = keepIdentity;
        this.offline = offline;
    }

    /**
     * Of a copy of another node's database that is about to replace that of this actor. It is not told apart from other
     * copies, and keeps no account of versions beside the file; {@link #advanceTo} says which are used.
     */
    public static Replica offline(ActorId actor) {
        return new Replica(() -> actor, true, true);
    }

    /**
     * Makes a copy of another node's database this actor's, inside the caller's transaction and before it is opened by
     * {@link #offline}.
     *
     * @return whose it was, and up to which of its versions it holds all
     */
    public static PreviousIdentity assume(Connection copy, ActorId actor) throws SQLException {
        return Identity.assume(copy, actor, 0);
    }

    /** All versions up to this one are used; inside the caller's transaction, and only {@link #offline}. */
    public void advanceTo(Connection connection, long version) throws SQLException {
        statements(connection);
        InternalTables.putMeta(connection, Identity.VERSION, version);
        versions.advance(version);
    }

    /** Makes sure that versions up to this one are never given out again; before {@link #replaced} brings them. */
    public void reserve(long version) {
        try {
            versions.reserve(version);
        } catch (IOException e) {
            throw new CorrosionException("no versions can be reserved beside the database: " + e, e);
        }
    }

    /** The file has the content of one that was prepared {@link #offline} for this actor. */
    @Override
    public void replaced(Connection connection) throws SQLException {
        statements(connection).close();
        actors().forget();
        Identity now = Identity.prepare(connection, newActor);
        if (!now.actorId().equals(actorId())) {
            throw new SQLException("the content that was put in place is that of " + now.actorId());
        }
        identity = now;
        catalog.load(connection, now.number());
        versions.advance(Identity.lastVersion(connection));
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
                identify(connection);
                catalog.load(connection, identity().number());
                ChangesView.create(connection, catalog.current());
                statement.execute("COMMIT");
                done = true;
            } finally {
                if (!done) {
                    statement.execute("ROLLBACK");
                    versions.close(false);
                }
            }
        } catch (IOException e) {
            throw new CorrosionException("the file beside the database cannot be read or written: " + e, e);
        }
    }

    private void identify(Connection connection) throws SQLException, IOException {
        Path file = offline ? null : file(connection);
        ActorFile.Content known = file == null ? null : ActorFile.read(file);
        ActorId before = Identity.current(connection);
        if (file != null && before != null) {
            String copied = Versions.copied(file, before, Identity.lastVersion(connection));
            if (copied != null && keepIdentity) {
                log.warn(
                        "the database {} was copied or restored: {}; it keeps its identity, as it was told to",
                        file,
                        copied);
            } else if (copied != null) {
                log.warn("the database {} was copied or restored: {}; it takes a new identity", file, copied);
                Identity.renew(connection);
                known = null;
            }
        }
        Identity now = Identity.prepare(connection, newActor);
        identity = now;
        boolean trusted = known != null && known.actor().equals(now.actorId());
        versions.open(file, now.actorId(), trusted ? known : null, Identity.lastVersion(connection));
        if (versions.committed() > versions.onDisk()) {
            // Others will hear of this one, so the next open must not take it for one that was skipped.
            InternalTables.putMeta(connection, Identity.VERSION, versions.committed());
        }
    }

    private static @Nullable Path file(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT file FROM pragma_database_list WHERE name = 'main'")) {
            String file = row.next() ? row.getString(1) : null;
            return file == null || file.isEmpty() ? null : Path.of(file);
        }
    }

    @Override
    public void closing(Connection connection) throws SQLException {
        InternalTables.putMeta(connection, Identity.VERSION, versions.committed());
    }

    @Override
    public void closed(boolean complete) {
        versions.close(complete);
    }

    /** All versions of this actor up to this one are on disk, and may be told to others. Any thread. */
    public void announced(long version) {
        versions.announce(version);
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
        return versions.committed();
    }

    /**
     * The last version of this actor that the database showed when it was opened. Those from there to the first one that
     * was written since were skipped, if the node did not stop in order: nobody was told of them before this run.
     */
    public long versionAtOpen() {
        return versions.onDisk();
    }

    /** Whether the version was skipped at the open, and is not the last of those: that one, others may hear of. */
    public boolean isSkipped(long version) {
        return version > versions.onDisk() && version < versions.firstCommitted();
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
        local.begin(ts, versions.next());
    }

    /** Ends the recording; what was recorded becomes a version with the COMMIT. */
    public LocalTransaction finish() {
        local.end();
        if (!local.recorded()) {
            return new LocalTransaction(0, Set.of());
        }
        versions.used(local.version());
        Set<String> tables = new HashSet<>();
        for (ReplicatedTable table : catalog.current()) {
            if (local.tables().contains(table.id())) {
                tables.add(table.name());
            }
        }
        return new LocalTransaction(local.version(), tables);
    }

    /**
     * The first changes of what {@link #finish} has just ended, from the transaction that it is part of. If there are
     * none, since all of it was undone, the version is noted: no record shows that it was used.
     *
     * @param maxBytes as for {@link ChangeReader#read}
     */
    public ChangePage changes(LocalTransaction transaction, int maxBytes) throws SQLException {
        List<TableChanges> touched = new ArrayList<>();
        for (String table : transaction.tables()) {
            touched.add(Objects.requireNonNull(catalog.writable(statements(), table))
                    .changes());
        }
        try (VersionCursor cursor =
                new VersionCursor(touched, actorId(), identity().number(), transaction.version(), 0)) {
            ChangePage page = ChangeReader.page(cursor, maxBytes, true);
            if (page.changes().isEmpty()) {
                noteVersion();
            }
            return page;
        }
    }

    /** Memory follows the COMMIT; {@link dev.corrosion.store.Database} calls it. */
    @Override
    public void committed() {
        versions.commit(); // whatever becomes of the rest, a version is used once
        local.end();
        catalog.commit();
    }

    /** Memory follows the ROLLBACK; {@link dev.corrosion.store.Database} calls it. */
    @Override
    public void rolledBack() {
        local.end();
        changingSchema = false;
        catalog.rollBack();
        actors().forget();
        versions.rollBack();
    }

    @Override
    public void saved() {
        versions.save();
    }

    /** Memory follows the undoing of the last task alone; {@link dev.corrosion.store.Database} calls it. */
    @Override
    public void undone() {
        local.end();
        actors().forget();
        versions.undo();
    }

    /**
     * Merges changes in the order given, inside the caller's transaction.
     *
     * @throws MergeException if a change is rejected; then none of them was merged, and the transaction may go on
     * @throws SQLException if SQLite itself fails; the transaction must be rolled back
     */
    public MergeResult merge(Connection connection, List<Change> changes) throws SQLException {
        return merge(connection, changes, false);
    }

    /**
     * The same for whole versions, or all that is left of them, as nodes send them. Changes of tables and columns that
     * this database does not have are kept, durably, and merged when {@link #adopt} or {@link #refresh} bring them (rule
     * A2); and a row that lives again keeps nothing of its earlier life (rule D9).
     */
    public MergeResult mergeVersions(Connection connection, List<Change> changes) throws SQLException {
        return merge(connection, changes, true);
    }

    /**
     * Gives a row what it should have, inside the caller's transaction. No version is made, and none is learnt: for copies
     * that differ although both hold the same versions.
     *
     * @param from what {@link RowReader} finds in this transaction
     * @param to what {@link RowComparison#merged} has made of it
     * @throws MergeException if the table does not take it; then nothing was changed, and the transaction may go on
     */
    public void repair(Connection connection, String table, RowState from, RowState to) throws SQLException {
        PreparedStatements prepared = statements(connection);
        UserTable writable = catalog.writable(prepared, table);
        if (writable == null) {
            throw new MergeException("there is no replicated table " + table + " here", null);
        }
        prepared.get("SAVEPOINT __corrosion_repair").execute();
        local.merging(true);
        try {
            new RowRepair(prepared, actors(), writable, to.key()).change(from, to);
            noteVersion(prepared);
        } catch (SQLException | IllegalArgumentException e) {
            actors().forget();
            prepared.get("ROLLBACK TO __corrosion_repair").execute();
            prepared.get("RELEASE __corrosion_repair").execute();
            if (e instanceof SQLException sql && !Merger.isFaultOfTheData(sql)) {
                throw sql;
            }
            throw new MergeException("the table " + table + " does not take a row: " + e.getMessage(), e);
        } finally {
            local.merging(false);
        }
        prepared.get("RELEASE __corrosion_repair").execute();
    }

    /** What {@link #mergeVersions} keeps, in words; on any connection. */
    public static List<String> parked(Connection connection) throws SQLException {
        return Parked.describe(connection);
    }

    private MergeResult merge(Connection connection, List<Change> changes, boolean whole) throws SQLException {
        PreparedStatements prepared = statements(connection);
        prepared.get("SAVEPOINT __corrosion_merge").execute();
        local.merging(true);
        MergeResult result;
        try {
            Merger merger = new Merger(prepared, catalog, actors(), actorId(), versions.last(), whole);
            for (Change change : changes) {
                merger.apply(change);
            }
            result = merger.finish();
            if (merger.hasReplacedOwn()) {
                noteVersion(prepared);
            }
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
     * Called before tables and columns are dropped, renamed or made, inside the caller's transaction: SQLite refuses to
     * change what a view names.
     */
    public void beginSchemaChange(Connection connection) throws SQLException {
        statements(connection);
        changingSchema = true;
        ChangesView.drop(connection);
    }

    /** Called after it. */
    public void endSchemaChange(Connection connection) throws SQLException {
        statements(connection);
        changingSchema = false;
        showChanges(connection);
    }

    /**
     * Makes a table replicated, inside the caller's transaction. Rows that it has already become changes of this actor,
     * so a recording must have begun if there are any. A second time, nothing happens.
     */
    public void adopt(Connection connection, String table) throws SQLException {
        ReplicatedTable added = catalog.add(connection, table);
        if (added != null) {
            Backfill.run(connection, added, local, identity().number());
            mergeParked(connection, added);
            showChanges(connection);
        }
    }

    /**
     * Reads a replicated table's columns again after ALTER TABLE, inside the caller's transaction. Records nothing; the
     * records of columns that are gone go with them.
     */
    public void refresh(Connection connection, String table) throws SQLException {
        catalog.refresh(connection, table);
        mergeParked(connection, catalog.get(table));
        showChanges(connection);
    }

    /**
     * Forgets a replicated table, inside the caller's transaction: its records, its tombstones, its triggers. The table
     * itself stays; what is written to it from now on is nobody else's.
     */
    public void drop(Connection connection, String table) throws SQLException {
        noteVersion(statements(connection));
        statements(connection).close();
        catalog.remove(connection, table);
        showChanges(connection);
    }

    /** The tombstones of this database; for the writer thread, inside a transaction. */
    public Tombstones tombstones(Connection connection) {
        return new Tombstones(
                connection,
                statements(connection),
                catalog,
                actors(),
                identity().number(),
                this::noteVersion);
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

    private void mergeParked(Connection connection, ReplicatedTable table) throws SQLException {
        PreparedStatements prepared = statements(connection);
        byte[] key = new byte[0];
        for (List<Change> row = Parked.next(prepared, table.name(), key); !row.isEmpty(); ) {
            List<Change> known = row.stream()
                    .filter(change -> change.isSentinel() || table.columns().contains(change.cid()))
                    .toList();
            try {
                merge(connection, known, true);
                for (Change change : known) {
                    Parked.remove(prepared, change);
                }
            } catch (MergeException e) {
                log.warn(
                        "changes that were kept for the table {} do not fit and are kept on: {}",
                        table.name(),
                        e.toString());
            }
            key = row.get(0).pk();
            row = Parked.next(prepared, table.name(), key);
        }
    }

    private void showChanges(Connection connection) throws SQLException {
        if (!changingSchema) {
            ChangesView.create(connection, catalog.current());
        }
    }

    private void noteVersion() throws SQLException {
        noteVersion(statements());
    }

    /** Where the last version cannot be read from its records any more. */
    private void noteVersion(PreparedStatements prepared) throws SQLException {
        PreparedStatement note = prepared.get(
                "UPDATE __corrosion_meta SET value = ?1 WHERE name = '" + Identity.VERSION + "' AND value < ?1");
        note.setLong(1, versions.last());
        note.executeUpdate();
    }

    private Actors actors() {
        return Objects.requireNonNull(actors, "the database is not open");
    }
}
