package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionObserver;
import dev.corrosion.NodeMetric;
import dev.corrosion.NodeStatus;
import dev.corrosion.Operations;
import dev.corrosion.TableStatus;
import dev.corrosion.protocol.MemberRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators ask a node to do. */
final class NodeOperations implements Operations {

    private static final Logger log = LoggerFactory.getLogger(NodeOperations.class);

    private final NodeParts parts;
    private final NodeGauges gauges;
    private final TableSurvey survey;
    private final SeedResolver seeds;
    private final @Nullable Function<ActorId, CompletableFuture<Boolean>> takeOver;

    /** @param takeOver takes over a copy of a member's database, completes with whether it did; null if that is not wanted */
    NodeOperations(
            NodeParts parts,
            TableSurvey survey,
            SeedResolver seeds,
            @Nullable Function<ActorId, CompletableFuture<Boolean>> takeOver) {
        this.parts = parts;
        this.gauges = new NodeGauges(parts, survey);
        this.survey = survey;
        this.seeds = seeds;
        this.takeOver = takeOver;
    }

    @Override
    public List<NodeMetric> metrics() {
        return gauges.read();
    }

    @Override
    public void observe(CorrosionObserver observer) {
        parts.counters().timings.observe(observer);
    }

    @Override
    public List<TableStatus> tables() {
        return survey.all();
    }

    @Override
    public Optional<TableStatus> table(String name) {
        return survey.one(name);
    }

    @Override
    public Started rejoin() {
        if (seeds.isEmpty()) {
            return new Started(false, "there are no bootstrap addresses: set corrosion.cluster.bootstrap");
        }
        parts.membership().rejoin();
        return new Started(true, "the bootstrap addresses are looked up, and asked for members");
    }

    private Optional<MemberRecord> present(Optional<ActorId> wanted) {
        return parts.membership().members().stream()
                .filter(MemberRecord::isPresent)
                .filter(member -> wanted.isEmpty() || member.id().equals(wanted.get()))
                .findFirst();
    }

    private static Started nobody(Optional<ActorId> wanted) {
        return new Started(
                false,
                wanted.map(id -> "there is no member " + id + ", or it is not there now")
                        .orElse("no other member is there"));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are logged
    public Started snapshot(Optional<ActorId> wanted) {
        Optional<MemberRecord> member = present(wanted);
        if (takeOver == null) {
            return new Started(false, "this node takes over no copies");
        }
        if (member.isEmpty()) {
            return nobody(wanted);
        }
        takeOver.apply(member.get().id())
                .whenComplete((done, failure) -> log.info(
                        "a copy of the database of {} was asked for by an operator: {}",
                        member.get().name(),
                        failure == null && done ? "taken over" : "not taken over"));
        return new Started(
                true,
                "a copy of the database of " + describe(member.get())
                        + " is fetched, and then taken over; corrosion.snapshots.installed counts it");
    }

    private static String describe(MemberRecord member) {
        return member.name() + " (" + member.id() + ")";
    }

    @Override
    public Started verify(Optional<ActorId> wanted) {
        Optional<MemberRecord> member = present(wanted);
        if (member.isEmpty()) {
            return nobody(wanted);
        }
        CompletableFuture<List<NodeStatus.Verification>> verified =
                parts.verifier().verify(member.get());
        if (verified.isCompletedExceptionally()) {
            return new Started(
                    false, verified.handle((done, failure) -> reason(failure)).join());
        }
        return new Started(
                true,
                "the rows are compared with those of " + describe(member.get()) + "; see verifications for the result");
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return String.valueOf(cause == null ? failure : cause.getMessage());
    }

    @Override
    public Started collect() {
        return parts.tombstones().collect()
                ? new Started(true, "tombstones are collected; corrosion.tombstones.collected counts them")
                : new Started(
                        false,
                        "nothing may be collected now: some member has not passed the point yet, the retention is not"
                                + " over, or a collection is going on");
    }
}
