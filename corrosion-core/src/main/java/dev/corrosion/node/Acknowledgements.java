package dev.corrosion.node;

import dev.corrosion.AcknowledgedWrite;
import dev.corrosion.Acknowledgement;
import dev.corrosion.ActorId;
import dev.corrosion.AwaitTimeoutException;
import dev.corrosion.CorrosionException;
import dev.corrosion.SubscriptionOptions;
import dev.corrosion.WriteResult;
import dev.corrosion.ledger.Ledger;
import dev.corrosion.protocol.AwaitVersion;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.VersionHeld;
import dev.corrosion.protocol.Wire;
import dev.corrosion.store.Database;
import dev.corrosion.store.WriteTask;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Waits for versions: for those of others to arrive here, and for those of this node to be on the disks of others, whom
 * it asks one by one. Thread-safe.
 */
final class Acknowledgements {

    private static final Logger log = LoggerFactory.getLogger(Acknowledgements.class);

    /** How many members are asked for one write. */
    static final int MAX_ASKED = 64;

    /** Peers' questions that wait for a version: the calls of the application have places left. */
    static final int MAX_WAITS = 4096;

    /** Of these, those of one peer: twice what it asks at a time. */
    static final int MAX_WAITS_OF_A_PEER = 128;

    /** How long a member that did not answer is left alone. */
    private static final Duration RETRY = Duration.ofMillis(200);

    /** The longest wait that a peer may ask for. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Supplier<String> region;
    private final EventLoop loop;
    private final Transport transport;
    private final Database database;
    private final Ledger ledger;
    private final Supplier<List<MemberRecord>> members;
    private final Random random;
    private final NodeCounters counters;
    private final Places places;

    Acknowledgements(
            Supplier<String> region,
            EventLoop loop,
            Transport transport,
            Database database,
            Ledger ledger,
            NodeCounters counters,
            Supplier<List<MemberRecord>> members,
            Random random) {
        this.region = region;
        this.loop = loop;
        this.transport = transport;
        this.database = database;
        this.ledger = ledger;
        this.counters = counters;
        this.places = new Places(MAX_WAITS, MAX_WAITS_OF_A_PEER, "waits for versions", loop::now);
        this.members = members;
        this.random = random;
    }

    /** Completes with whether the version is applied here, at the latest after the timeout. */
    @SuppressWarnings("FutureReturnValueIgnored") // the timer is taken back whatever the outcome is
    CompletableFuture<Boolean> await(ActorId actor, long version, Duration timeout) {
        CompletableFuture<Void> held = ledger.whenHeld(actor, version);
        if (!held.isDone()) {
            Runnable revoke = loop.scheduleRevocable(timeout, () -> held.cancel(false));
            held.whenComplete((done, givenUp) -> revoke.run());
        }
        return held.handle((done, givenUp) -> givenUp == null);
    }

    /** Completes once the version is applied here, or fails with {@link AwaitTimeoutException}. */
    CompletableFuture<Void> awaited(ActorId actor, long version, Duration timeout) {
        return await(actor, version, timeout).thenAccept(held -> {
            if (!held) {
                throw new AwaitTimeoutException(
                        "version " + version + " of " + actor + " was not here within " + timeout);
            }
        });
    }

    /** What follows when a transaction is applied here, if one is given. */
    <T> Flux<T> after(SubscriptionOptions.@Nullable After first, Flux<T> then) {
        return first == null
                ? then
                : Flux.defer(() -> Mono.fromFuture(awaited(first.actor(), first.version(), first.timeout()))
                        .thenMany(then));
    }

    /** A peer asks to be told when a version is on this disk. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled, and a peer that is gone asks again
    void answer(Peer peer, AwaitVersion question, ExchangeResponder responder) {
        ActorId asker = peer.actorId();
        if (!places.take(asker)) {
            counters.messagesTurnedAway.increment();
            responder.fail();
            return;
        }
        Duration timeout = Duration.ofMillis(Math.min(question.timeoutMillis(), LONGEST.toMillis()));
        try {
            await(question.actor(), question.version(), timeout)
                    .thenCompose(held -> held ? durable() : CompletableFuture.completedFuture(false))
                    .whenComplete((durable, failure) -> {
                        places.free(asker);
                        if (failure == null && durable) {
                            responder.send(Wire.encode(new VersionHeld(question.actor(), question.version())));
                        }
                        responder.end();
                    });
        } catch (CorrosionException e) {
            log.debug("a peer that waits for a version was turned away: {}", e.getMessage());
            counters.messagesTurnedAway.increment();
            places.free(asker);
            responder.fail();
        }
    }

    /** Completes once what is committed now is on disk. */
    private CompletableFuture<Boolean> durable() {
        CompletableFuture<Boolean> durable = new CompletableFuture<>();
        return database.maintain(new WriteTask<Boolean>() {
                    @Override
                    public Boolean run(Connection connection) {
                        return true;
                    }

                    @Override
                    public void committed(Boolean result) {
                        database.whenDurable(() -> durable.complete(true));
                    }
                })
                .thenCompose(committed -> durable);
    }

    /** Asks others whether they have it, until enough do or the time is up. */
    CompletableFuture<AcknowledgedWrite> collect(WriteResult result, Acknowledgement wanted) {
        Collection collection = new Collection(result, wanted, asked());
        if (result.version() == 0) {
            collection.end(true); // nothing that anybody could have
        } else {
            collection.begin();
        }
        return collection.outcome;
    }

    /** As many regions as can be, first; else at random. */
    private List<MemberRecord> asked() {
        List<MemberRecord> present = new ArrayList<>(
                members.get().stream().filter(MemberRecord::isPresent).toList());
        Collections.shuffle(present, random);
        Set<String> regions = new HashSet<>(Set.of(region.get()));
        List<MemberRecord> asked = new ArrayList<>();
        List<MemberRecord> others = new ArrayList<>();
        present.forEach(member -> (isNew(member, regions) ? asked : others).add(member));
        asked.addAll(others);
        return asked.stream().limit(MAX_ASKED).toList();
    }

    /** Adds its region; one that has none yet may be anywhere, in this node's region, too. */
    private static boolean isNew(MemberRecord member, Set<String> regions) {
        return !member.region().isEmpty() && regions.add(member.region());
    }

    private final class Collection {

        private final WriteResult result;
        private final Acknowledgement wanted;
        private final List<MemberRecord> asked;
        private final Set<ActorId> acknowledged = new HashSet<>();
        private final CompletableFuture<AcknowledgedWrite> outcome = new CompletableFuture<>();

        Collection(WriteResult result, Acknowledgement wanted, List<MemberRecord> asked) {
            this.result = result;
            this.wanted = wanted;
            this.asked = asked;
        }

        void begin() {
            byte[] question = Wire.encode(new AwaitVersion(
                    result.actorId(), result.version(), wanted.timeout().toMillis()));
            loop.schedule(wanted.timeout(), () -> end(false));
            asked.forEach(member -> ask(member, question));
            endIfEnough();
        }

        private void ask(MemberRecord member, byte[] question) {
            transport.exchange(member.address(), question, new ExchangeHandler() {
                @Override
                public CompletionStage<?> onFrame(byte[] frame) {
                    if (Wire.decode(frame) instanceof VersionHeld held && held.version() == result.version()) {
                        acknowledged(member);
                    }
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void onEnd() {
                    askAgain(member, question);
                }

                @Override
                public void onFailure(Throwable cause) {
                    log.debug("no acknowledgement from {}: {}", member.id().shortId(), cause.toString());
                    askAgain(member, question);
                }
            });
        }

        /** It was too busy, or the link broke. */
        private void askAgain(MemberRecord member, byte[] question) {
            loop.schedule(RETRY, () -> {
                boolean lacking;
                synchronized (acknowledged) {
                    lacking = !acknowledged.contains(member.id());
                }
                if (lacking && !outcome.isDone()) {
                    ask(member, question);
                }
            });
        }

        private void acknowledged(MemberRecord member) {
            synchronized (acknowledged) {
                acknowledged.add(member.id());
            }
            endIfEnough();
        }

        private void endIfEnough() {
            boolean enough;
            synchronized (acknowledged) {
                enough = acknowledged.size() >= wanted.nodes() && regions() >= wanted.regions();
            }
            if (enough) {
                end(true);
            }
        }

        private long regions() {
            Set<String> regions = new HashSet<>(Set.of(region.get()));
            asked.stream()
                    .filter(member -> acknowledged.contains(member.id()))
                    .forEach(member -> isNew(member, regions));
            return regions.size();
        }

        private void end(boolean sufficient) {
            Set<ActorId> have;
            synchronized (acknowledged) {
                have = Collections.unmodifiableSet(new LinkedHashSet<>(acknowledged));
            }
            outcome.complete(new AcknowledgedWrite(
                    result,
                    sufficient,
                    asked.stream()
                            .filter(member -> have.contains(member.id()))
                            .map(MemberRecord::toMember)
                            .toList(),
                    asked.stream()
                            .filter(member -> !have.contains(member.id()))
                            .map(MemberRecord::toMember)
                            .toList()));
        }
    }
}
