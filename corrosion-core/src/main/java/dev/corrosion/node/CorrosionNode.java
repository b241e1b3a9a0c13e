package dev.corrosion.node;

import dev.corrosion.AcknowledgedWrite;
import dev.corrosion.Acknowledgement;
import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
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
import dev.corrosion.WriteException;
import dev.corrosion.WriteResult;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.jdbc.DataSources;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.store.Database;
import dev.corrosion.store.Statements;
import dev.corrosion.subscription.Commit;
import dev.corrosion.subscription.Subscriptions;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** A running node: opens the parts in order, ties them together, and closes them in reverse. */
final class CorrosionNode implements Corrosion {

    private static final Logger log = LoggerFactory.getLogger(CorrosionNode.class);

    private static final int LEAVE_TIMEOUT_SECONDS = 2;

    /** Steps of work on copies of the database that wait: the transport gives the next frame when one is done. */
    private static final int MAX_SNAPSHOT_STEPS = 64;

    private final CorrosionOptions options;
    private final Clock clock;
    private final Instant startedAt;
    private final NodeCounters counters;
    private final Replica replica;
    private final Database database;
    private final Ledger ledger;
    private final Subscriptions subscriptions;
    private final SeedResolver seeds;
    private final Transport transport;
    private final EventLoop loop;
    private final Applier applier;
    private final TombstoneCollector tombstones;
    private final ExecutorService syncThreads;
    private final ExecutorService snapshotThread;
    private final SnapshotPolicy policy;
    private final SnapshotFiles snapshotFiles;
    private final SyncServer syncServer;
    private final Membership membership;
    private final Broadcaster broadcaster;
    private final Fetcher fetcher;
    private final Acknowledgements acknowledgements;
    private final Verifier verifier;
    private final LocalWriter writer;
    private final WriteGuard guard;
    private final DataSources dataSources;
    private final StallWatch stalls;
    private final NodeSecurity security;
    private final DiskProbe disk;
    private final NodeParts parts;
    private final NodeOperations operations;
    private final Scheduler subscribers;
    private final AtomicBoolean closed = new AtomicBoolean();

    static CorrosionNode open(CorrosionOptions options, SnapshotPolicy policy, Host host) {
        Clock clock = host.clock();
        ClusterBinding binding = ClusterBinding.of(options);
        SeedResolver seeds = new SeedResolver(options.cluster().bootstrap(), host.newExecutor("seeds", 1, 1));
        Replica replica = new Replica(host::newActorId, options.keepIdentity());
        Database database = host.openDatabase(options, replica);
        try {
            Loaded loaded = Futures.join(
                    database.writeInternal(connection -> Loaded.load(connection, replica, options, clock)));
            Transport transport = host.openTransport(options, binding, replica.actorId());
            try {
                CorrosionNode node =
                        new CorrosionNode(options, host, replica, database, loaded, seeds, transport, policy);
                try {
                    node.start(loaded.members());
                    return node;
                } catch (Throwable e) {
                    node.subscriptions.close(); // their journal is a file of its own
                    throw e;
                }
            } catch (Throwable e) {
                transport.close();
                throw e;
            }
        } catch (Throwable e) { // an Error, too, must not leave the file locked
            database.close();
            throw e;
        }
    }

    private CorrosionNode(
            CorrosionOptions options,
            Host host,
            Replica replica,
            Database database,
            Loaded loaded,
            SeedResolver seeds,
            Transport transport,
            SnapshotPolicy policy) {
        this.options = options;
        this.policy = policy;
        this.subscribers = host.subscribers();
        this.clock = host.clock();
        this.startedAt = clock.instant();
        this.replica = replica;
        this.database = database;
        this.ledger = loaded.ledger();
        this.seeds = seeds;
        this.loop = host.newLoop();
        this.counters = new NodeCounters(loop::now);
        this.transport = new MeteredTransport(transport, counters.traffic);
        this.subscriptions =
                NodeSubscriptions.open(host, options, subscribers, loop, database, replica, ledger, counters.timings);
        this.tombstones = new TombstoneCollector(
                database,
                replica,
                ledger,
                counters,
                loop,
                clock,
                options.tombstoneRetention(),
                () -> membership().members(),
                loaded.tombstones(),
                new TombstoneCollector.Listener() {
                    @Override
                    public CompletableFuture<Boolean> behind(ActorId peer) {
                        return catchUp(peer);
                    }

                    @Override
                    public void stuck(String reason) {
                        writer().refuse(reason);
                    }

                    @Override
                    public void lifted(long version) {
                        broadcaster().committed(version, null);
                    }
                });
        this.guard = new WriteGuard(
                options.writeRules(),
                () -> NodeSecurity.credentials(transport, replica.actorId()),
                counters,
                loop::now);
        this.applier = new Applier(
                replica,
                ledger,
                counters,
                new Applier.Listener() {
                    @Override
                    public void applied(Map<ActorId, List<VersionRange>> versions, Set<String> tables) {
                        subscriptions.committed(Commit.applied(versions, tables));
                    }

                    @Override
                    public void lacking(ActorId peer) {
                        fetcher().lacking(peer);
                    }

                    @Override
                    public void overtaken(ActorId actor, ActorId peer) {
                        fetcher().overtaken(actor, peer);
                    }

                    @Override
                    public void olderCopy() {
                        olderCopyFound();
                    }
                },
                tombstones::admits,
                clock);
        this.syncThreads = host.newExecutor("sync", SyncServer.THREADS, SyncServer.MAX_QUEUED);
        this.snapshotThread = host.newExecutor("snapshot", 1, MAX_SNAPSHOT_STEPS);
        this.snapshotFiles = new SnapshotFiles(database, loop, snapshotThread);
        Bandwidth bandwidth = new Bandwidth(options.maxBytesPerSecond());
        this.syncServer = new SyncServer(
                loop,
                syncThreads,
                bandwidth,
                database,
                replica,
                ledger,
                tombstones,
                snapshotFiles,
                counters,
                applier::peerHolds);
        MemberJournal journal =
                new MemberJournal(loop, database, () -> subscriptions.changed(Set.of(MemberStore.TABLE)));
        this.membership = new Membership(
                loop,
                this.transport,
                journal,
                seeds,
                counters,
                clock,
                host.newRandom(),
                options.membership(),
                Membership.self(options, replica.actorId(), this.transport.address(), startedAt),
                this::memberChanged);
        ApplyQueue queue = new ApplyQueue(database, applier);
        this.broadcaster = new Broadcaster(
                replica.actorId(),
                bandwidth.pushed(),
                membership::region,
                loop,
                this.transport,
                ledger,
                queue,
                counters,
                membership::members,
                guard,
                actor -> fetcher().lacking(actor),
                host.newRandom());
        this.acknowledgements = new Acknowledgements(
                membership::region,
                loop,
                this.transport,
                database,
                ledger,
                counters,
                membership::members,
                host.newRandom());
        SyncProgress sync = new SyncProgress(ledger, clock);
        this.fetcher = new Fetcher(
                replica.actorId(),
                loop,
                this.transport,
                ledger,
                queue,
                tombstones,
                counters,
                policy,
                new SnapshotClient(
                        loop,
                        snapshotThread,
                        this.transport,
                        counters,
                        membership::members,
                        database.file(),
                        this::mayCopy,
                        this::install),
                sync,
                guard,
                options.syncInterval(),
                host.newRandom());
        this.verifier = new Verifier(
                loop,
                syncThreads,
                this.transport,
                database,
                replica,
                ledger,
                tombstones,
                counters,
                subscriptions,
                membership::members,
                guard,
                clock,
                host.newRandom(),
                options.verifyInterval(),
                options.syncInterval());
        this.writer = new LocalWriter(database, replica, ledger, counters, clock, guard, new LocalWriter.Listener() {
            @Override
            public void committed(long version, Set<String> tables, @Nullable VersionPart part) {
                subscriptions.committed(
                        Commit.local(replica.actorId(), version, tables, part == null ? List.of() : part.changes()));
            }

            @Override
            public void durable(long version, @Nullable VersionPart part) {
                broadcaster().committed(version, part);
            }
        });
        this.stalls = new StallWatch(
                host,
                Map.of("event loop", loop.occupation(), "writer of the database", database.writer()),
                counters.stalls);
        this.security = new NodeSecurity(options, host, this.transport, replica.actorId(), membership::ban);
        this.disk = new DiskProbe(host, database, membership::writeSelf);
        this.parts = new NodeParts(
                options,
                clock,
                startedAt,
                replica,
                database,
                ledger,
                this.transport,
                membership,
                broadcaster,
                queue,
                applier,
                tombstones,
                subscriptions,
                verifier,
                sync,
                stalls,
                security,
                counters);
        this.operations = new NodeOperations(
                parts,
                new TableSurvey(database, replica, tombstones::horizon, syncThreads, loop::now),
                seeds,
                policy.isNever() ? null : this::catchUp);
        this.dataSources = new DataSources(database, writer::writeAlone);
    }

    private void start(List<MemberRecord> remembered) {
        transport.start(
                new PeerListener(loop::now, membership, broadcaster, syncServer, acknowledgements, verifier, counters));
        fetcher.start();
        security.start();
        membership.start(remembered);
        tombstones.start();
        verifier.start();
        log.debug("node {} ({}) listens on {}", options.name(), replica.actorId(), transport.address());
    }

    @Override
    public ActorId actorId() {
        return replica.actorId();
    }

    @Override
    public WriteResult write(Statement... statements) {
        requireOpen();
        if (statements.length == 0) {
            throw new WriteException("a transaction needs at least one statement", -1, null);
        }
        if (dataSources.isWriting(Thread.currentThread())) {
            throw new WriteException(
                    "this thread has a JDBC transaction open and would wait for itself: write in that transaction, or"
                            + " after it",
                    -1,
                    null);
        }
        return Futures.join(submit(List.of(statements)));
    }

    /** The same without waiting for it. */
    CompletableFuture<WriteResult> submit(List<Statement> statements) {
        return writer.write(statements);
    }

    @Override
    public AcknowledgedWrite write(Acknowledgement wanted, Statement... statements) {
        return Futures.join(acknowledgements.collect(write(statements), wanted));
    }

    @Override
    public void await(ActorId actorId, long version, Duration timeout) {
        requireOpen();
        Futures.join(acknowledgements.awaited(actorId, version, timeout));
    }

    @Override
    public DataSource dataSource(DataSourceOptions options) {
        requireOpen();
        return dataSources.create(options);
    }

    @Override
    public List<Row> query(Statement statement) {
        requireOpen();
        return database.read(connection -> Statements.query(connection, statement));
    }

    @Override
    public Flux<SubscriptionEvent> subscribe(Statement statement, SubscriptionOptions subscribed) {
        return acknowledgements.after(subscribed.after(), subscriptions.subscribe(statement, subscribed));
    }

    @Override
    public Optional<Statement> subscription(UUID subscription) {
        requireOpen();
        return subscriptions.find(subscription);
    }

    @Override
    public Flux<TableUpdate> updates(String table) {
        return subscriptions.updates(table);
    }

    @Override
    public SubscriptionPlan explain(Statement statement) {
        requireOpen();
        return subscriptions.explain(statement);
    }

    @Override
    public Flux<List<Row>> live(Statement statement) {
        return subscriptions.live(statement);
    }

    @Override
    public Flux<List<Member>> members() {
        return membership.changes(subscribers);
    }

    @Override
    public NodeStatus status() {
        requireOpen();
        return StatusReport.of(parts);
    }

    @Override
    public Operations operations() {
        requireOpen();
        return operations;
    }

    @Override
    public void revoke(Collection<String> entries) {
        requireOpen();
        security.revoke(entries);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        dataSources.close();
        try {
            leave().get(LEAVE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the members were not told that this node leaves: {}", e.toString());
        }
        release();
    }

    /** Says goodbye to the others; completes when that is on its way. */
    CompletableFuture<Void> leave() {
        return membership.leave();
    }

    /** Gives back what it has of its host. */
    void release() {
        stalls.close();
        security.close();
        disk.close();
        seeds.close();
        syncServer.close();
        syncThreads.shutdownNow();
        snapshotThread.shutdownNow();
        transport.close();
        loop.close();
        subscriptions.close();
        database.close();
        snapshotFiles.close();
        log.debug("node {} is closed", options.name());
    }

    /** Takes over a copy of a member's database, if that is wanted. Any thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private CompletableFuture<Boolean> catchUp(ActorId peer) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Optional<MemberRecord> member = membership().members().stream()
                .filter(known -> known.id().equals(peer))
                .findFirst();
        if (policy.isNever() || member.isEmpty()) {
            done.complete(false);
            return done;
        }
        loop.execute(() -> fetcher()
                .fetchSnapshot(peer, member.get().address())
                .whenComplete((caughtUp, failure) -> done.complete(failure == null && caughtUp)));
        return done;
    }

    /** Puts a copy of a peer's database in place of this one. */
    private CompletableFuture<CarryOver.Result> install(Path file) {
        return SnapshotInstall.run(
                file, options.schema(), database, replica, ledger, tombstones, clock, new SnapshotInstall.Listener() {
                    @Override
                    public void contentChanges() {
                        syncServer.contentChanges();
                    }

                    @Override
                    public void replaced(Connection connection, CarryOver.Result result) throws SQLException {
                        contentReplaced(connection, result);
                    }
                });
    }

    private void contentReplaced(Connection connection, CarryOver.Result result) throws SQLException {
        tombstones.replaced(connection);
        applier.contentReplaced();
        counters.rowsLeftOut.add(result.leftOut());
        subscriptions.replaced(
                replica.tables().stream().map(ReplicatedTable::name).collect(Collectors.toSet()));
        long recorded = result.recorded();
        if (recorded > 0) {
            database.whenDurable(() -> {
                replica.announced(recorded);
                ledger.ownCommitted(recorded);
                broadcaster().committed(recorded, null);
            });
        }
    }

    private void olderCopyFound() {
        writer.refuse(OlderCopy.PROBLEM);
        OlderCopy.found(database, replica);
    }

    private void memberChanged(@Nullable MemberRecord before, MemberRecord after) {
        if (before != null && before.startedAt() != after.startedAt()) {
            tombstones.memberRestarted(after.id());
        }
        broadcaster.membersChanged();
        fetcher.memberChanged(before, after);
    }

    /** For callbacks that are made before the field is set and called after. */
    private Broadcaster broadcaster() {
        return broadcaster;
    }

    private Fetcher fetcher() {
        return fetcher;
    }

    Membership membership() {
        return membership;
    }

    Verifier verifier() {
        return verifier;
    }

    private boolean mayCopy(Peer from) {
        return guard.admitsCopy(
                from, replica.tables().stream().map(ReplicatedTable::name).toList());
    }

    private LocalWriter writer() {
        return writer;
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new CorrosionException("the node is closed");
        }
    }
}
