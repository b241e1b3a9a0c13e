package dev.corrosion.spring;

import dev.corrosion.AcknowledgedWrite;
import dev.corrosion.Acknowledgement;
import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** A node that answers what a test gives it. */
public final class StubCorrosion implements Corrosion {

    public final List<Statement> written = new ArrayList<>();
    public List<Row> rows = List.of();
    public List<String> columns = List.of();
    public List<Member> members = List.of();
    public List<String> problems = List.of();
    public List<String> warnings = List.of();
    public List<NodeStatus.Verification> verifications = List.of();
    public Map<ActorId, NodeStatus.Versions> versions = Map.of();
    public Map<String, Long> counters = Map.of();
    public NodeActivity activity = NodeActivity.NONE;
    public final StubOperations operations = new StubOperations();
    public Sinks.Many<SubscriptionEvent> events = Sinks.many().unicast().onBackpressureBuffer();
    public Sinks.Many<List<Row>> results = Sinks.many().unicast().onBackpressureBuffer();
    public final AtomicInteger statusCalls = new AtomicInteger();
    public volatile SubscriptionOptions subscribedWith = SubscriptionOptions.DEFAULT;
    public volatile boolean closed;

    @Override
    public ActorId actorId() {
        return new ActorId(new UUID(1, 2));
    }

    @Override
    public WriteResult write(Statement... statements) {
        written.addAll(List.of(statements));
        return new WriteResult(actorId(), 1, List.of(1L));
    }

    @Override
    public AcknowledgedWrite write(Acknowledgement wanted, Statement... statements) {
        return new AcknowledgedWrite(write(statements), wanted.nodes() == 0, List.of(), List.of());
    }

    @Override
    public void await(ActorId actorId, long version, Duration timeout) {}

    @Override
    public List<Row> query(Statement statement) {
        return rows;
    }

    @Override
    public Flux<SubscriptionEvent> subscribe(Statement statement, SubscriptionOptions options) {
        subscribedWith = options;
        return events.asFlux();
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
        return new SubscriptionPlan(1, "", List.of("todos"), columns);
    }

    @Override
    public Flux<List<Row>> live(Statement statement) {
        return results.asFlux();
    }

    @Override
    public Flux<List<Member>> members() {
        return Flux.just(members).concatWith(Flux.never());
    }

    @Override
    public DataSource dataSource(DataSourceOptions options) {
        throw new UnsupportedOperationException("a stub has no database");
    }

    @Override
    public NodeStatus status() {
        statusCalls.incrementAndGet();
        return new NodeStatus(
                actorId(),
                "stub",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 8787),
                Instant.EPOCH,
                Path.of("data", "corrosion.db"),
                4096,
                "development",
                members,
                List.of("todos"),
                versions,
                List.of(),
                counters,
                problems,
                warnings,
                verifications,
                activity,
                NodeStatus.Certificates.NONE);
    }

    @Override
    public Operations operations() {
        return operations;
    }

    @Override
    public void close() {
        closed = true;
    }
}
