package dev.corrosion.ledger;

import dev.corrosion.ActorId;
import dev.corrosion.store.PreparedStatements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
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

    /** From so many actors in a map on, those without gaps are put into arrays: at most 24 bytes for each instead of 150. */
    static final int MAX_LIVELY = 512;

    private final ActorId self;

    /** Those that have changed lately or have gaps. Whoever is not here is as {@link #settled} has it. */
    private final Map<ActorId, ActorVersions> lively = new ConcurrentHashMap<>();

    private volatile Heads settled = Heads.NONE;
    private final Waits waits = new Waits();

    /** Guarded by {@link #lively}, as are all fields below. */
    private LedgerDigest.Sums sums = new LedgerDigest.Sums();

    private int settleAt = MAX_LIVELY;

    /** What the sums still hold of actors that have changed since: mostly they do so again before anybody asks. */
    private final Map<ActorId, ActorVersions> unsummed = new HashMap<>();

    private @Nullable State state;

    /** Of the connection that updates are stored on. For the writer thread. */
    private @Nullable PreparedStatements statements;

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
            Map<ActorId, Long> complete = new HashMap<>();
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
                    if (rows.getLong(2) == 0) {
                        continue; // others cannot know of one that has written nothing
                    }
                    if (missing.isEmpty()) {
                        complete.put(actor, rows.getLong(2));
                    } else {
                        ledger.lively.put(actor, new ActorVersions(rows.getLong(2), missing));
                    }
                }
            }
            ledger.settled = Heads.copyOf(complete);
        }
        ledger.sumUpAll();
        ledger.ownCommitted(ownVersion);
        return ledger;
    }

    private void sumUpAll() {
        sums = new LedgerDigest.Sums();
        unsummed.clear();
        new HeldVersions(lively, settled).forEach(sums::add);
    }

    /** All actors with the versions that are here. A live view is never handed out. */
    public Map<ActorId, ActorVersions> snapshot() {
        return state().holds();
    }

    /** The same with its digest. Made anew only if something has changed. */
    public State state() {
        synchronized (lively) {
            State known = state;
            if (known == null) {
                sumUp();
                known = new State(new HeldVersions(lively, settled), sums.digest());
                state = known;
            }
            return known;
        }
    }

    private void sumUp() {
        unsummed.forEach((actor, before) -> {
            if (before.head() > 0) {
                sums.remove(actor, before);
            }
            sums.add(actor, of(actor));
        });
        unsummed.clear();
    }

    private void put(ActorId actor, ActorVersions versions) {
        synchronized (lively) {
            unsummed.putIfAbsent(actor, of(actor));
            lively.put(actor, versions);
            state = null;
            if (lively.size() > settleAt) {
                settle();
            }
        }
    }

    private void settle() {
        Map<ActorId, Long> complete = new HashMap<>();
        lively.forEach((actor, versions) -> {
            if (versions.gaps().isEmpty()) {
                complete.put(actor, versions.head());
            }
        });
        settled = settled.join(complete); // before they go from the map, so that readers always find them
        lively.keySet().removeAll(complete.keySet());
        settleAt = MAX_LIVELY + 2 * lively.size(); // those with gaps stay, and must not make every change settle
    }

    /** By actor, the version up to which everything is here. */
    public Heads applied() {
        Map<ActorId, Long> changing = new HashMap<>();
        lively.forEach((actor, versions) -> changing.put(actor, versions.prefix()));
        return settled.join(changing);
    }

    public ActorVersions of(ActorId actor) {
        ActorVersions changing = lively.get(actor);
        return changing == null ? HeldVersions.complete(settled.of(actor)) : changing;
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
        Ledger now = load(connection, self, 0);
        synchronized (lively) {
            ActorVersions own = of(self);
            lively.clear();
            settled = now.settled;
            lively.putAll(now.lively);
            if (own.head() > 0) {
                lively.put(self, own);
            }
            sumUpAll();
            state = null;
        }
        snapshot().forEach(waits::advanced);
    }

    private PreparedStatements statements(Connection connection) {
        PreparedStatements known = statements;
        if (known == null || !known.isFor(connection)) {
            known = new PreparedStatements(connection);
            statements = known;
        }
        return known;
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
        /** By actor, the version up to which everything is here. */
        public Heads applied() {
            Map<ActorId, Long> changing = new HashMap<>();
            lively.forEach((actor, versions) -> changing.put(actor, versions.prefix()));
            return settled.join(changing);
        }

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
            synchronized (lively) {
                changed.forEach(Ledger.this::put);
            }
            changed.forEach(waits::advanced);
        }

        private void store(Connection connection, ActorId actor, ActorVersions versions) throws SQLException {
            PreparedStatement head = statements(connection)
                    .get("INSERT INTO __corrosion_heads VALUES (?, ?)"
                            + " ON CONFLICT DO UPDATE SET head = excluded.head");
            head.setBytes(1, actor.bytes());
            head.setLong(2, versions.head());
            head.executeUpdate();
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
