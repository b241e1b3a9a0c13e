package dev.corrosion.node;

import dev.corrosion.Member;
import dev.corrosion.membership.Swim;
import dev.corrosion.membership.SwimConfig;
import dev.corrosion.membership.SwimEffect;
import dev.corrosion.membership.SwimEvent;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.SwimPacket;
import dev.corrosion.protocol.Wire;
import dev.corrosion.store.Database;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Runs the SWIM machine on the event loop: carries out its effects and tells the others what it finds. */
final class Membership {

    private static final Logger log = LoggerFactory.getLogger(Membership.class);

    /** How long a conflict counts as going on after it was last seen. */
    private static final long CONFLICT_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Told of every change, on the event loop. */
    interface Listener {
        /** A member appeared, with nothing before it, or changed. */
        void memberChanged(@Nullable MemberRecord before, MemberRecord after);
    }

    private record Conflict(InetSocketAddress address, long since, long lastSeen) {}

    private final EventLoop loop;
    private final Transport transport;
    private final Database database;
    private final SeedResolver seeds;
    private final NodeCounters counters;
    private final Listener listener;
    private final Swim swim;
    private final Sinks.Many<List<Member>> published = Sinks.many().replay().latest();
    private volatile List<MemberRecord> members = List.of();
    private volatile Optional<Conflict> conflict = Optional.empty();

    Membership(
            EventLoop loop,
            Transport transport,
            Database database,
            SeedResolver seeds,
            NodeCounters counters,
            MemberRecord self,
            Listener listener) {
        this.loop = loop;
        this.transport = transport;
        this.database = database;
        this.seeds = seeds;
        this.counters = counters;
        this.listener = listener;
        this.swim = new Swim(
                SwimConfig.defaults(Transport.MAX_DATAGRAM_BYTES), self, new Random(new SecureRandom().nextLong()));
    }

    /** Begins, with the members of the last run. */
    void start(List<MemberRecord> remembered) {
        loop.execute(() -> {
            handle(new SwimEvent.Start(remembered));
            publish();
        });
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
            return;
        }
        if (!packet.from().id().equals(from.actorId())) {
            counters.messagesRejected.increment();
            log.warn(
                    "{} speaks for {} in membership; dropped",
                    from,
                    packet.from().id());
            return;
        }
        loop.execute(() -> handle(new SwimEvent.PacketReceived(packet)));
    }

    void onExchange(Peer from, PushPull view, ExchangeResponder responder) {
        if (!view.from().id().equals(from.actorId())) {
            counters.messagesRejected.increment();
            responder.fail();
            return;
        }
        loop.execute(() -> {
            handle(new SwimEvent.ViewReceived(view));
            byte[] answer = Wire.encode(swim.view());
            responder.send(answer).whenComplete((sent, failure) -> responder.end());
        });
    }

    /** All members but this one. Any thread. */
    List<MemberRecord> members() {
        return members;
    }

    /** Now and on every change. */
    Flux<List<Member>> changes() {
        return published.asFlux().onBackpressureLatest().publishOn(Schedulers.boundedElastic(), 1);
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
        for (SwimEffect effect : swim.on(event, loop.now())) {
            if (effect instanceof SwimEffect.Send send) {
                transport.sendDatagram(send.to(), Wire.encode(send.packet()));
            } else if (effect instanceof SwimEffect.Exchange exchange) {
                exchange(exchange);
            } else if (effect instanceof SwimEffect.StartTimer timer) {
                loop.schedule(timer.delay(), () -> handle(new SwimEvent.TimerFired(timer.timer())));
            } else if (effect instanceof SwimEffect.ResolveSeeds) {
                seeds.resolve(found -> loop.execute(() -> handle(new SwimEvent.SeedsResolved(found))));
            } else if (effect instanceof SwimEffect.MemberChanged changed) {
                changed(changed);
            } else if (effect instanceof SwimEffect.MemberForgotten forgotten) {
                persist(connection ->
                        MemberStore.remove(connection, forgotten.member().id()));
                publish();
            } else if (effect instanceof SwimEffect.IdentityConflict seen) {
                conflict(seen.address());
            }
        }
    }

    private void exchange(SwimEffect.Exchange exchange) {
        transport.exchange(exchange.with(), Wire.encode(exchange.view()), new ExchangeHandler() {
            @Override
            public CompletionStage<?> onFrame(byte[] frame) {
                Message answer = Wire.decode(frame);
                if (answer instanceof PushPull view) {
                    loop.execute(() -> handle(new SwimEvent.ViewReceived(view)));
                }
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void onEnd() {}

            @Override
            public void onFailure(Throwable cause) {
                log.debug("no view from {}: {}", exchange.with(), cause.toString());
            }
        });
    }

    private void changed(SwimEffect.MemberChanged changed) {
        MemberRecord before = changed.before();
        MemberRecord after = changed.after();
        if (before == null || before.state() != after.state() || before.startedAt() != after.startedAt()) {
            log.info("member {} ({}) at {} is {}", after.name(), after.id().shortId(), after.address(), after.state());
        }
        persist(connection -> MemberStore.put(connection, after));
        publish();
        listener.memberChanged(before, after);
    }

    private void publish() {
        List<MemberRecord> now = new ArrayList<>(swim.members());
        now.sort(Comparator.comparing(MemberRecord::id));
        members = List.copyOf(now);
        published.tryEmitNext(now.stream().map(MemberRecord::toMember).toList()).orThrow();
    }

    private void conflict(InetSocketAddress address) {
        long now = loop.now();
        Optional<Conflict> seen = conflict.filter(known -> now - known.lastSeen() < CONFLICT_NANOS);
        conflict = Optional.of(new Conflict(address, seen.map(Conflict::since).orElse(now), now));
        if (seen.isEmpty()) {
            log.error("IDENTITY CONFLICT: {}", identityConflict().orElse(""));
        }
    }

    /** A statement on the writer connection. */
    private interface Persist {
        void run(Connection connection) throws SQLException;
    }

    private void persist(Persist persist) {
        database.writeInternal(connection -> {
                    persist.run(connection);
                    return true;
                })
                .exceptionally(failure -> {
                    log.warn("the list of members could not be stored: {}", failure.toString());
                    return false;
                });
    }
}
