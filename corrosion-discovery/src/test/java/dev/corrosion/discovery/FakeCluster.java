package dev.corrosion.discovery;

import dev.corrosion.AcknowledgedWrite;
import dev.corrosion.Acknowledgement;
import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.DataSourceOptions;
import dev.corrosion.Member;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeStatus;
import dev.corrosion.Operations;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.SubscriptionPlan;
import dev.corrosion.TableUpdate;
import dev.corrosion.WriteResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Nodes that share one database in memory: what one writes, all have at once. Membership is what the test says. */
public final class FakeCluster implements AutoCloseable {

    private final Connection connection;
    private final Map<ActorId, Member> members = new LinkedHashMap<>();
    private final Sinks.Many<Long> changed = Sinks.many().replay().latestOrDefault(0L);
    private long version;
    private Instant now = Instant.EPOCH;
    private boolean held;
    private volatile boolean stopped;
    private volatile Sinks.Empty<Void> end = Sinks.empty();
    private @Nullable CorrosionException feedFailure;

    public FakeCluster() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        write(Statement.of("CREATE TABLE corrosion_members (id TEXT PRIMARY KEY, name TEXT, region TEXT, host TEXT,"
                + " port INTEGER, state TEXT, incarnation INTEGER, started_at INTEGER, since INTEGER)"));
        for (String statement : CatalogTables.SCHEMA.sql().split(";", -1)) {
            if (!statement.isBlank()) {
                write(Statement.of(statement));
            }
        }
    }

    /** A node with the given number for its identity. Joining again is a restart. */
    public Corrosion join(int number, Instant startedAt) {
        ActorId id = new ActorId(new UUID(number, 0));
        member(id, Member.State.ALIVE, startedAt);
        return new Node(id, startedAt);
    }

    /** At the time of {@link #now}. */
    public void state(Corrosion node, Member.State state) {
        member(node.actorId(), state, node.status().startedAt());
    }

    public void forget(Corrosion node) {
        synchronized (this) {
            members.remove(node.actorId());
            write(Statement.of(
                    "DELETE FROM corrosion_members WHERE id = ?", node.actorId().toString()));
        }
    }

    /** What the time is for changes of state. */
    public void now(Instant now) {
        this.now = now;
    }

    /** All that was written and changed until then is one step for subscribers. */
    public void together(Runnable changes) {
        synchronized (this) {
            held = true;
            try {
                changes.run();
            } finally {
                held = false;
            }
            tick();
        }
    }

    /** All live queries end with this from now on, or work again if it is null. */
    public void failFeeds(@Nullable CorrosionException failure) {
        feedFailure = failure;
        tick();
    }

    /** As the nodes of contexts that are stopped: subscriptions complete, live queries are silent. */
    public void stop() {
        stopped = true;
        end.tryEmitEmpty().orThrow();
    }

    /** The next nodes, on the same database. */
    public void start() {
        end = Sinks.empty();
        stopped = false;
        tick();
    }

    public synchronized WriteResult write(Statement... statements) {
        List<Long> affected = new ArrayList<>();
        for (Statement statement : statements) {
            try (PreparedStatement prepared = prepare(statement)) {
                affected.add((long) prepared.executeUpdate());
            } catch (SQLException e) {
                throw new CorrosionException(statement.sql(), e);
            }
        }
        version++;
        tick();
        return new WriteResult(new ActorId(new UUID(0, 0)), version, affected);
    }

    public synchronized List<Row> query(Statement statement) {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement prepared = prepare(statement);
                ResultSet result = prepared.executeQuery()) {
            int count = result.getMetaData().getColumnCount();
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                columns.add(result.getMetaData().getColumnLabel(i));
            }
            while (result.next()) {
                @Nullable Object[] values = new Object[count];
                for (int i = 0; i < count; i++) {
                    Object value = result.getObject(i + 1);
                    values[i] = value instanceof Integer n ? Long.valueOf(n) : value;
                }
                rows.add(Row.of(columns, values));
            }
            return rows;
        } catch (SQLException e) {
            throw new CorrosionException(statement.sql(), e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private PreparedStatement prepare(Statement statement) throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement.sql());
        for (int i = 0; i < statement.parameters().size(); i++) {
            prepared.setObject(i + 1, statement.parameters().get(i));
        }
        return prepared;
    }

    private void member(ActorId id, Member.State state, Instant startedAt) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        synchronized (this) {
            members.put(id, new Member(id, "node", address, state, 0, startedAt));
            write(Statement.of(
                    "INSERT INTO corrosion_members VALUES (?, 'node', '', '127.0.0.1', 1, ?, 0, ?, ?)"
                            + " ON CONFLICT DO UPDATE SET state = excluded.state, started_at = excluded.started_at,"
                            + " since = iif(state = excluded.state, since, excluded.since)",
                    id.toString(),
                    state.name(),
                    startedAt.toEpochMilli(),
                    now.toEpochMilli()));
        }
    }

    private synchronized void tick() {
        if (!held) {
            changed.tryEmitNext(version).orThrow();
        }
    }

    private synchronized List<Member> others(ActorId id) {
        return members.values().stream().filter(m -> !m.id().equals(id)).toList();
    }

    private final class Node implements Corrosion {

        private final ActorId id;
        private final Instant startedAt;

        Node(ActorId id, Instant startedAt) {
            this.id = id;
            this.startedAt = startedAt;
        }

        @Override
        public ActorId actorId() {
            return id;
        }

        @Override
        public WriteResult write(Statement... statements) {
            return FakeCluster.this.write(statements);
        }

        @Override
        public AcknowledgedWrite write(Acknowledgement wanted, Statement... statements) {
            return new AcknowledgedWrite(write(statements), wanted.nodes() == 0, List.of(), List.of());
        }

        @Override
        public void await(ActorId actorId, long version, Duration timeout) {}

        @Override
        public List<Row> query(Statement statement) {
            return FakeCluster.this.query(statement);
        }

        @Override
        public Flux<SubscriptionEvent> subscribe(Statement statement, SubscriptionOptions options) {
            return Flux.defer(() -> {
                FakeSubscription subscription = new FakeSubscription();
                return stopped
                        ? Flux.error(new CorrosionException("the node is closed"))
                        : live(statement)
                                .concatMapIterable(subscription::events)
                                .takeUntilOther(end.asMono());
            });
        }

        @Override
        public Flux<TableUpdate> updates(String table) {
            return Flux.error(new UnsupportedOperationException());
        }

        @Override
        public Optional<Statement> subscription(UUID subscription) {
            return Optional.empty();
        }

        @Override
        public SubscriptionPlan explain(Statement statement) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Flux<List<Row>> live(Statement statement) {
            return changed.asFlux()
                    .filter(tick -> !stopped)
                    .map(tick -> {
                        if (feedFailure != null) {
                            throw feedFailure;
                        }
                        return query(statement);
                    })
                    .distinctUntilChanged();
        }

        @Override
        public Flux<List<Member>> members() {
            return changed.asFlux().map(tick -> others(id)).distinctUntilChanged();
        }

        @Override
        public DataSource dataSource(DataSourceOptions options) {
            throw new UnsupportedOperationException("these nodes share one connection");
        }

        @Override
        public Operations operations() {
            return new NoOperations();
        }

        @Override
        public NodeStatus status() {
            return new NodeStatus(
                    id,
                    "node",
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                    startedAt,
                    Path.of("none"),
                    0,
                    "development",
                    others(id),
                    List.of(),
                    Map.of(),
                    List.of(),
                    Map.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    NodeActivity.NONE,
                    NodeStatus.Certificates.NONE);
        }

        @Override
        public void close() {}
    }
}
