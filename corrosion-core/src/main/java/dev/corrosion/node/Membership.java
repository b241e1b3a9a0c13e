package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Member;
import dev.corrosion.MembershipOptions;
import dev.corrosion.membership.RoundTrips;
import dev.corrosion.membership.Swim;
import dev.corrosion.membership.SwimConfig;
import dev.corrosion.membership.SwimEffect;
import dev.corrosion.membership.SwimEvent;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.SwimPacket;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Runs the SWIM machine on the event loop: carries out its effects and tells the others what it finds. */
final class Membership {

    private static final Logger log = LoggerFactory.getLogger(Membership.class);

    /** How long a conflict counts as going on after it was last seen. */
    private static final long CONFLICT_NANOS = TimeUnit.MINUTES.toNanos(1);

    /**
     * Records of members in what peers have sent and the event loop has not taken: some hundreds of bytes each. A packet has
     * a few, a view as many as there are members.
     */
    static final int MAX_WAITING_RECORDS = 65_536;

    /** Of these, those of one peer; packets beyond are dropped, as the network may do. */
    static final int MAX_WAITING_RECORDS_OF_A_PEER = 1024;

    /** Lines on what members become, in each {@link PeerLog#QUIET}: enough for a large cluster that starts. */
    static final int MAX_LINES = 1000;

    /** Told of every change, on the event loop. */
    interface Listener {
        /** A member appeared, with nothing before it, or changed; or this node has found a region. */
        void memberChanged(@Nullable MemberRecord before, MemberRecord after);
    }

    private record Shown(MemberRecord record, Member member) {}

    private record Conflict(InetSocketAddress address, long since, long lastSeen) {}

    private final EventLoop loop;
    private final Transport transport;
    private final MemberJournal journal;
    private final SeedResolver seeds;
    private final NodeCounters counters;
    private final Clock clock;
    private final Listener listener;
    private final Swim swim;
    private final Plausible plausible;
    private final Places inbox;
    private final PeerLog lines;
    private final PeerLog warnings;

    /** What {@link #members} and {@link #published} show, kept up with the machine member by member. */
    private final Map<ActorId, Shown> shown = new TreeMap<>();

    private final List<SwimEffect.MemberChanged> untold = new ArrayList<>();

    /** The empty list, too, is to be shown once. */
    private boolean stale = true;

    private final Sinks.Many<List<Member>> published = Sinks.many().replay().latest();
    private volatile List<MemberRecord> members = List.of();
    private volatile MemberRecord self;
    private volatile Optional<Conflict> conflict = Optional.empty();

    Membership(
            EventLoop loop,
            Transport transport,
            MemberJournal journal,
            SeedResolver seeds,
            NodeCounters counters,
            Clock clock,
            Random random,
            MembershipOptions options,
            MemberRecord self,
            Listener listener) {
        this.loop = loop;
        this.transport = transport;
        this.journal = journal;
        this.seeds = seeds;
        this.counters = counters;
        this.clock = clock;
        this.listener = listener;
        this.self = self;
        this.plausible = new Plausible(clock);
        this.inbox = new Places(
                MAX_WAITING_RECORDS, MAX_WAITING_RECORDS_OF_A_PEER, "records of members to be read", loop::now);
        this.lines = new PeerLog(log, MAX_LINES, loop::now);
        this.warnings = new PeerLog(log, PeerListener.MAX_WARNINGS, loop::now);
        this.swim = new Swim(
                new SwimConfig(options, Transport.MAX_DATAGRAM_BYTES),
                self,
                to -> transport.roundTrip(to).map(Duration::toNanos).orElse(RoundTrips.UNKNOWN),
                random);
    }

    /** A node as the others are told of it when it starts. */
    static MemberRecord self(CorrosionOptions options, ActorId id, InetSocketAddress address, Instant startedAt) {
        long started = startedAt.toEpochMilli();
        String name = MemberRecord.shortened(options.name());
        return new MemberRecord(id, name, options.region(), address, started, started, Member.State.ALIVE);
    }

    /** Begins, with the members of the last run. */
    void start(List<MemberRecord> remembered) {
        loop.execute(() -> handle(new SwimEvent.Start(remembered)));
    }

    /** Holds these for no members, whatever others say; instead of those named before. */
    void ban(Set<ActorId> ids) {
        loop.execute(() -> handle(new SwimEvent.Banned(ids)));
    }

    /** Says goodbye; completes when the goodbyes are on their way. */
    CompletableFuture<Void> leave() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        loop.execute(() -> {
            handle(new SwimEvent.Leave());
            published.tryEmitComplete();
            left.complete(null);
        });
        return left;
    }

    void onDatagram(Peer from, byte[] payload) {
        if (!(Wire.decode(payload) instanceof SwimPacket packet)) {
            counters.messagesRejected.increment();
        } else if (speaksForItself(from, packet.from()) && isPlausible(plausible.isTrueOf(packet), from)) {
            receive(from, 1 + packet.gossip().size(), () -> handle(new SwimEvent.PacketReceived(packet)));
        }
    }

    /** Hands it to the event loop, unless too much waits there; returns whether it did. */
    private boolean receive(Peer from, int records, Runnable task) {
        if (!inbox.take(from.actorId(), records)) {
            counters.messagesTurnedAway.increment();
            return false;
        }
        loop.execute(() -> {
            inbox.free(from.actorId(), records);
            task.run();
        });
        return true;
    }

    /** Somebody asks for our view. */
    void onExchange(Peer from, PushPull view, ExchangeResponder responder) {
        int records = 1 + view.members().size();
        answer(from, view.from(), records, plausible.isTrueOf(view), new SwimEvent.ViewRequested(view), responder);
    }

    /** Somebody asks on a stream whether we are there. */
    void onExchange(Peer from, SwimPacket ping, ExchangeResponder responder) {
        int records = 1 + ping.gossip().size();
        answer(from, ping.from(), records, plausible.isTrueOf(ping), new SwimEvent.StreamPinged(ping), responder);
    }

    private void answer(
            Peer from,
            MemberRecord sender,
            int records,
            boolean plausible,
            SwimEvent question,
            ExchangeResponder responder) {
        boolean taken = speaksForItself(from, sender)
                && isPlausible(plausible, from)
                && receive(from, records, () -> handle(question, responder));
        if (!taken) {
            responder.fail();
        }
    }

    private boolean speaksForItself(Peer from, MemberRecord sender) {
        if (sender.id().equals(from.actorId())) {
            return true;
        }
        counters.messagesRejected.increment();
        warnings.warn("{} speaks for {} in membership; dropped", from, sender.id());
        return false;
    }

    private boolean isPlausible(boolean plausible, Object from) {
        if (!plausible) {
            counters.messagesRejected.increment();
            log.debug("{} claims what is years ahead of the clock; dropped", from);
        }
        return plausible;
    }

    /** All members but this one. Any thread. */
    List<MemberRecord> members() {
        return members;
    }

    /** The region of this node, configured or found; empty if it is not known. Any thread. */
    String region() {
        return self.region();
    }

    /** Now and on every change. */
    Flux<List<Member>> changes(Scheduler subscribers) {
        return published.asFlux().onBackpressureLatest().publishOn(subscribers, 1);
    }

    /** In words, if another living node has the identity of this one. */
    Optional<String> identityConflict() {
        return conflict.filter(seen -> loop.now() - seen.lastSeen() < CONFLICT_NANOS)
                .map(seen -> "the node at " + seen.address() + " has the same actor id as this one ("
                        + swim.self().id()
                        + "): one database file is a copy of the other. Stop one of them and start it with an empty"
                        + " data directory; it will fetch everything from the cluster");
    }

    private void handle(SwimEvent event) {
        handle(event, null);
    }

    private void handle(SwimEvent event, @Nullable ExchangeResponder asker) {
        ExchangeResponder unanswered = asker;
        for (SwimEffect effect : swim.on(event, loop.now())) {
            if (effect instanceof SwimEffect.Answer answer && unanswered != null) {
                ExchangeResponder responder = unanswered;
                unanswered = null;
                // If it fails, the asker is gone.
                responder.send(Wire.encode(answer.message())).whenComplete((sent, failure) -> responder.end());
            } else {
                carryOut(effect);
            }
        }
        if (unanswered != null) {
            unanswered.end();
        }
        journal.flush();
        publish();
    }

    private void carryOut(SwimEffect effect) {
        if (effect instanceof SwimEffect.Send send) {
            transport.sendDatagram(send.to(), Wire.encode(send.packet()));
        } else if (effect instanceof SwimEffect.StreamPing ping) {
            ask(ping.to(), ping.packet());
        } else if (effect instanceof SwimEffect.Exchange exchange) {
            ask(exchange.with(), exchange.view());
        } else if (effect instanceof SwimEffect.StartTimer timer) {
            loop.schedule(timer.delay(), () -> handle(new SwimEvent.TimerFired(timer.timer())));
        } else if (effect instanceof SwimEffect.ResolveSeeds) {
            rejoin();
        } else if (effect instanceof SwimEffect.MemberChanged changed) {
            changed(changed);
        } else if (effect instanceof SwimEffect.MemberForgotten forgotten) {
            ActorId id = forgotten.member().id();
            journal.remove(id);
            shown.remove(id);
            stale = true;
        } else if (effect instanceof SwimEffect.SelfChanged changed) {
            selfChanged(changed.self());
        } else if (effect instanceof SwimEffect.IdentityConflict seen) {
            conflict(seen.address());
        }
    }

    private void selfChanged(MemberRecord after) {
        MemberRecord before = self;
        self = after;
        journal.put(after, clock.millis());
        if (!before.region().equals(after.region())) {
            log.info("this node has found that it is in region {}", after.region());
            untold.add(new SwimEffect.MemberChanged(before, after));
            stale = true;
        }
    }

    private void ask(InetSocketAddress address, Message question) {
        transport.exchange(address, Wire.encode(question), new Asked(address));
    }

    /** Takes one answer, in which the one that was asked speaks for itself. */
    private final class Asked implements ExchangeHandler {

        private final InetSocketAddress address;
        private @Nullable Peer peer;
        private boolean answered;

        Asked(InetSocketAddress address) {
            this.address = address;
        }

        @Override
        public void onPeer(Peer peer) {
            this.peer = peer;
        }

        @Override
        public CompletionStage<?> onFrame(byte[] frame) {
            Message answer = Wire.decode(frame);
            if (answered) {
                counters.messagesRejected.increment();
                throw new ProtocolException("a second answer where one was due");
            }
            answered = true;
            Peer from = Objects.requireNonNull(peer);
            if (answer instanceof PushPull view
                    && speaksForItself(from, view.from())
                    && isPlausible(plausible.isTrueOf(view), from)) {
                loop.execute(() -> handle(new SwimEvent.ViewReceived(view)));
            } else if (answer instanceof SwimPacket packet
                    && speaksForItself(from, packet.from())
                    && isPlausible(plausible.isTrueOf(packet), from)) {
                loop.execute(() -> handle(new SwimEvent.PacketReceived(packet)));
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onEnd() {}

        @Override
        public void onFailure(Throwable cause) {
            log.debug("no answer from {}: {}", address, cause.toString());
        }
    }

    private void count(Member.@Nullable State before, Member.State after) {
        if (before == after) {
            return;
        }
        switch (after) {
            case ALIVE -> (before == Member.State.SUSPECT ? counters.refuted : counters.joined).increment();
            case SUSPECT -> counters.suspected.increment();
            case DOWN -> counters.down.increment();
            case LEFT -> counters.left.increment();
        }
    }

    /** Writes something, to find out whether the disk takes it. Any thread. */
    void writeSelf() {
        loop.execute(() -> {
            journal.put(self, clock.millis());
            journal.flush();
        });
    }

    /** Looks up the seeds and asks them who is there. Any thread. */
    void rejoin() {
        seeds.resolve(found -> loop.execute(() -> handle(new SwimEvent.SeedsResolved(found))));
    }

    private void changed(SwimEffect.MemberChanged changed) {
        MemberRecord before = changed.before();
        MemberRecord after = changed.after();
        count(before == null ? null : before.state(), after.state());
        if (before == null || before.state() != after.state() || before.startedAt() != after.startedAt()) {
            lines.info(
                    "member {} ({}) at {} is {}", after.name(), after.id().shortId(), after.address(), after.state());
        }
        journal.put(after, clock.millis());
        shown.put(after.id(), new Shown(after, after.toMember()));
        untold.add(changed);
        stale = true;
    }

    /** Shows what the event has changed, all at once, and then tells of it. */
    private void publish() {
        if (!stale) {
            return;
        }
        stale = false;
        members = shown.values().stream().map(Shown::record).toList();
        published
                .tryEmitNext(shown.values().stream().map(Shown::member).toList())
                .orThrow();
        List<SwimEffect.MemberChanged> news = List.copyOf(untold);
        untold.clear();
        news.forEach(change -> listener.memberChanged(change.before(), change.after()));
    }

    private void conflict(InetSocketAddress address) {
        long now = loop.now();
        Optional<Conflict> seen = conflict.filter(known -> now - known.lastSeen() < CONFLICT_NANOS);
        conflict = Optional.of(new Conflict(address, seen.map(Conflict::since).orElse(now), now));
        if (seen.isEmpty()) {
            log.error("IDENTITY CONFLICT: {}", identityConflict().orElse(""));
        }
    }
}
