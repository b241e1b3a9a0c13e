package dev.corrosion.ledger;

import dev.corrosion.ActorId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The versions of every actor, in memory and on disk. Changed only on the writer thread, through an {@link Update} that
 * writes its rows in the same SQLite transaction as the data and is published after the commit; read from any thread.
 *
 * <p>The own actor is kept in memory only: its versions have no gaps, and its head is stored with the identity.
 */
public final class Ledger {

    private final ActorId self;
    private final Map<ActorId, ActorVersions> actors = new ConcurrentHashMap<>();
    private final Waits waits = new Waits();

    /** Guarded by {@link #actors}, as is {@link #state}; they change with it. */
    private final LedgerDigest.Sums sums = new LedgerDigest.Sums();

    private @Nullable State state;

    /** All of one moment. */
    public record State(Map<ActorId, ActorVersions> holds, LedgerDigest digest) {}

    private Ledger(ActorId self) {
        this.self = self;
    }

    /** Makes the tables if they are not there. */
    public static void createTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE IF NOT EXISTS __corrosion_heads"
                    + "(actor BLOB PRIMARY KEY, head INTEGER NOT NULL) WITHOUT ROWID");
            statement.executeUpdate("CREATE TABLE IF NOT EXISTS __corrosion_gaps"
                    + "(actor BLOB, first INTEGER, last INTEGER NOT NULL, PRIMARY KEY (actor, first)) WITHOUT ROWID");
        }
    }

    /**
     * Holds all versions of this actor up to the given one: those that this database wrote under that identity. The
     * first call for an actor decides.
     */
    public static void adopt(Connection connection, ActorId actor, long version) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO __corrosion_heads VALUES (?, ?) ON CONFLICT DO NOTHING")) {
            insert.setBytes(1, actor.bytes());
            insert.setLong(2, version);
            insert.executeUpdate();
        }
    }

    /** Forgets what the tables say of an actor, whose own database this is to be. */
    public static void forget(Connection connection, ActorId actor) throws SQLException {
        for (String table : List.of("__corrosion_heads", "__corrosion_gaps", "__corrosion_partial")) {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE actor = ?")) {
                delete.setBytes(1, actor.bytes());
                delete.executeUpdate();
            }
        }
    }

    /** Reads the tables. */
    public static Ledger load(Connection connection, ActorId self, long ownVersion) throws SQLException {
        Ledger ledger = new Ledger(self);
        try (Statement statement = connection.createStatement()) {
            Map<ActorId, List<VersionRange>> gaps = new HashMap<>();
            try (ResultSet rows = statement.executeQuery("SELECT actor, first, last FROM __corrosion_gaps")) {
                while (rows.next()) {
                    gaps.computeIfAbsent(ActorId.of(rows.getBytes(1)), id -> new ArrayList<>())
                            .add(new VersionRange(rows.getLong(2), rows.getLong(3)));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT actor, head FROM __corrosion_heads")) {
                while (rows.next()) {
                    ActorId actor = ActorId.of(rows.getBytes(1));
                    RangeSet missing = RangeSet.of(gaps.getOrDefault(actor, List.of()));
                    if (rows.getLong(2) > 0) { // others cannot know of one that has written nothing
                        ledger.put(actor, new ActorVersions(rows.getLong(2), missing));
                    }
                }
            }
        }
        ledger.ownCommitted(ownVersion);
        return ledger;
    }

    /** All actors with the versions that are here. A live view is never handed out. */
    public Map<ActorId, ActorVersions> snapshot() {
        return state().holds();
    }

    /** The same with its digest. Made anew only if something has changed. */
    public State state() {
        synchronized (actors) {
            State known = state;
            if (known == null) {
                known = new State(Collections.unmodifiableMap(new HashMap<>(actors)), sums.digest());
                state = known;
            }
            return known;
        }
    }

    private void put(ActorId actor, ActorVersions versions) {
        synchronized (actors) {
            ActorVersions before = actors.put(actor, versions);
            if (before != null) {
                sums.remove(actor, before);
            }
            sums.add(actor, versions);
            state = null;
        }
    }

    public ActorVersions of(ActorId actor) {
        return actors.getOrDefault(actor, ActorVersions.NONE);
    }

    /** The own actor has committed this version. */
    public void ownCommitted(long version) {
        if (version > of(self).head()) {
            ActorVersions versions = new ActorVersions(version, RangeSet.EMPTY);
            put(self, versions);
            waits.advanced(self, versions);
        }
    }

    /**
     * Completes once the version is here, on the thread that has brought it. Who gives it up completes or cancels the
     * future.
     *
     * @throws dev.corrosion.CorrosionException if too many wait already
     */
    public CompletableFuture<Void> whenHeld(ActorId actor, long version) {
        if (of(actor).contains(version)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> held = waits.add(actor, version);
        if (of(actor).contains(version)) {
            held.complete(null); // it came meanwhile
        }
        return held;
    }

    /** The tables were replaced; what they say of the own actor does not count. On the writer thread. */
    public void reload(Connection connection) throws SQLException {
        Map<ActorId, ActorVersions> now =
                load(connection, self, of(self).head()).snapshot();
        synchronized (actors) {
            for (Map.Entry<ActorId, ActorVersions> before : List.copyOf(actors.entrySet())) {
                if (!now.containsKey(before.getKey())) {
                    actors.remove(before.getKey());
                    sums.remove(before.getKey(), before.getValue());
                }
            }
            now.forEach(this::put);
            state = null;
        }
        now.forEach(waits::advanced);
    }

    /** Begins a change. One at a time, on the writer thread, inside a SQLite transaction. */
    public Update update() {
        return new Update();
    }

    /** A change of the ledger that belongs to one SQLite transaction. Dropped if that is rolled back. */
    public final class Update {

        private final Map<ActorId, ActorVersions> changed = new LinkedHashMap<>();

        private Update() {}

        /** As it is inside this transaction. */
        public ActorVersions of(ActorId actor) {
            ActorVersions pending = changed.get(actor);
            return pending == null ? Ledger.this.of(actor) : pending;
        }

        public void applied(ActorId actor, long first, long last) {
            put(actor, of(actor).applied(first, last));
        }

        public void heard(ActorId actor, long version) {
            put(actor, of(actor).heard(version));
        }

        private void put(ActorId actor, ActorVersions versions) {
            if (actor.equals(self)) {
                throw new IllegalArgumentException("the own versions are not learnt from others");
            }
            if (!versions.equals(of(actor))) {
                changed.put(actor, versions);
            }
        }

        /** Writes the rows; call before the commit. */
        public void store(Connection connection) throws SQLException {
            for (Map.Entry<ActorId, ActorVersions> entry : changed.entrySet()) {
                store(connection, entry.getKey(), entry.getValue());
            }
        }

        /** Makes the change visible; call after the commit. */
        public void publish() {
            synchronized (actors) {
                changed.forEach(Ledger.this::put);
            }
            changed.forEach(waits::advanced);
        }

        private void store(Connection connection, ActorId actor, ActorVersions versions) throws SQLException {
            try (PreparedStatement head = connection.prepareStatement("INSERT INTO __corrosion_heads VALUES (?, ?)"
                    + " ON CONFLICT DO UPDATE SET head = excluded.head")) {
                head.setBytes(1, actor.bytes());
                head.setLong(2, versions.head());
                head.executeUpdate();
            }
            Set<VersionRange> before =
                    new HashSet<>(Ledger.this.of(actor).gaps().ranges());
            Set<VersionRange> after = new HashSet<>(versions.gaps().ranges());
            if (before.equals(after)) {
                return;
            }
            try (PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM __corrosion_gaps WHERE actor = ? AND first = ?");
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO __corrosion_gaps VALUES (?, ?, ?)")) {
                for (VersionRange gone : before) {
                    if (!after.contains(gone)) {
                        delete.setBytes(1, actor.bytes());
                        delete.setLong(2, gone.first());
                        delete.executeUpdate();
                    }
                }
                for (VersionRange gap : after) {
                    if (!before.contains(gap)) {
                        insert.setBytes(1, actor.bytes());
                        insert.setLong(2, gap.first());
                        insert.setLong(3, gap.last());
                        insert.executeUpdate();
                    }
                }
            }
        }
    }
}
