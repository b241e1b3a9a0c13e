package dev.corrosion.spring.autoconfigure;

import dev.corrosion.AcknowledgedWrite;
import dev.corrosion.Acknowledgement;
import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.DataSourceOptions;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.Operations;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.SubscriptionPlan;
import dev.corrosion.TableUpdate;
import dev.corrosion.WriteResult;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * The node of an application context: open as soon as its bean is made, so that all that depends on it can use it from the
 * beginning; closed and opened again where the context is stopped and started, as test contexts are while they rest in the
 * cache, and processes before a checkpoint.
 *
 * <p>First to start and last to stop. When the context is closed for good, the stop leaves it open: it is then closed by
 * its destruction, after that of all beans that depend on it, and their destroy methods can still write.
 *
 * <p>What follows the current state, {@link #live} and {@link #members}, is silent in between and goes on with the next
 * node. Subscriptions and updates, which tell each change, complete: who wants to go on takes a durable one.
 */
final class RestartableCorrosion implements Corrosion, SmartLifecycle {

    private final Supplier<Corrosion> opener;
    private final BooleanSupplier endsForGood;
    private final Sinks.Many<Optional<Corrosion>> nodes = Sinks.many().replay().latest();
    private final RestartableOperations operations =
            new RestartableOperations(() -> current().operations());
    private volatile @Nullable Corrosion node;
    private boolean closed;

    /** By calls; the next node is told, too. */
    private final Set<String> revoked = new LinkedHashSet<>();

    /**
     * Opens the first node.
     *
     * @param opener opens one; may be called again when that one is closed
     * @param endsForGood whether a stop that comes now is followed by {@link #close}
     */
    RestartableCorrosion(Supplier<Corrosion> opener, BooleanSupplier endsForGood) {
        this.opener = opener;
        this.endsForGood = endsForGood;
        start();
    }

    @Override
    public synchronized void start() {
        if (closed) {
            throw new CorrosionException(
                    "the node is closed and cannot be started again: make a new application context");
        }
        if (node == null) {
            Corrosion opened = opener.get();
            if (!revoked.isEmpty()) {
                opened.revoke(revoked);
            }
            node = opened;
            operations.opened(opened.operations());
            nodes.tryEmitNext(Optional.of(opened)).orThrow();
        }
    }

    @Override
    public synchronized void stop() {
        if (!endsForGood.getAsBoolean()) {
            closeNode();
        }
    }

    @Override
    public boolean isRunning() {
        return node != null;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closeNode();
            nodes.tryEmitComplete().orThrow();
        }
    }

    private void closeNode() {
        Corrosion open = node;
        if (open != null) {
            node = null;
            nodes.tryEmitNext(Optional.empty()).orThrow();
            open.close();
        }
    }

    /** The open node. */
    Corrosion current() {
        Corrosion open = node;
        if (open == null) {
            throw new CorrosionException(
                    "the node is closed: it is open from the start of its application context to its"
                            + " stop, or its close if that comes first");
        }
        return open;
    }

    private <T> Flux<T> acrossRestarts(Function<Corrosion, Flux<T>> source) {
        return nodes.asFlux().switchMap(now -> now.map(source).orElseGet(Flux::never));
    }

    @Override
    public ActorId actorId() {
        return current().actorId();
    }

    @Override
    public WriteResult write(Statement... statements) {
        return current().write(statements);
    }

    @Override
    public AcknowledgedWrite write(Acknowledgement wanted, Statement... statements) {
        return current().write(wanted, statements);
    }

    @Override
    public void await(ActorId actorId, long version, Duration timeout) {
        current().await(actorId, version, timeout);
    }

    @Override
    public List<Row> query(Statement statement) {
        return current().query(statement);
    }

    @Override
    public Flux<SubscriptionEvent> subscribe(Statement statement, SubscriptionOptions options) {
        return Flux.defer(() -> current().subscribe(statement, options));
    }

    @Override
    public Optional<Statement> subscription(UUID subscription) {
        return current().subscription(subscription);
    }

    @Override
    public Flux<TableUpdate> updates(String table) {
        return Flux.defer(() -> current().updates(table));
    }

    @Override
    public SubscriptionPlan explain(Statement statement) {
        return current().explain(statement);
    }

    @Override
    public Flux<List<Row>> live(Statement statement) {
        return acrossRestarts(open -> open.live(statement));
    }

    @Override
    public Flux<List<Member>> members() {
        return acrossRestarts(Corrosion::members);
    }

    @Override
    public DataSource dataSource(DataSourceOptions options) {
        return new RestartableDataSource(this, options);
    }

    @Override
    public NodeStatus status() {
        return current().status();
    }

    @Override
    public synchronized void revoke(Collection<String> entries) {
        current().revoke(entries);
        revoked.addAll(entries);
    }

    @Override
    public Operations operations() {
        return operations;
    }
}
