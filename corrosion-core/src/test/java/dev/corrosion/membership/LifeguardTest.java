package dev.corrosion.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.membership.SwimEffect.MemberChanged;
import dev.corrosion.membership.SwimEffect.Send;
import dev.corrosion.membership.SwimEffect.StartTimer;
import dev.corrosion.membership.SwimEffect.StreamPing;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.Rumor;
import dev.corrosion.protocol.SwimPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One machine, step by step; the test is all the others. */
class LifeguardTest {

    private static final SwimConfig CONFIG = SwimConfig.defaults(1100);
    private static final long MILLI = 1_000_000;

    private final MemberRecord self = member(0);
    private long roundTrip = MILLI;
    private final Swim swim = new Swim(CONFIG, self, to -> roundTrip, new Random(1));
    private final List<SwimEffect> effects = new ArrayList<>();
    private long now;

    @Test
    void aPingIsFollowedByPingsThroughOthersAndOneOnAStreamBeforeAnyoneIsAccused() {
        join(10);
        SwimPacket.Ping ping = probe();
        timeout(ping);
        assertThat(sent(SwimPacket.PingRequest.class)).hasSize(3).allMatch(request -> request.target()
                .equals(ping.target()));
        assertThat(of(StreamPing.class)).hasSize(1);
        assertThat(of(MemberChanged.class)).isEmpty();
        firePeriod();
        assertThat(of(MemberChanged.class)).singleElement().satisfies(change -> {
            assertThat(change.after().id()).isEqualTo(ping.target());
            assertThat(change.after().state()).isEqualTo(Member.State.SUSPECT);
        });
    }

    @Test
    void theAnswerOnTheStreamEndsTheDoubt() {
        join(10);
        SwimPacket.Ping ping = probe();
        timeout(ping);
        receive(of(ping.target()), new SwimPacket.Ack(ping.probe(), ping.target()));
        firePeriod();
        assertThat(of(MemberChanged.class)).isEmpty();
    }

    @Test
    void whoeverIsAskedToPingSaysInTimeThatThereIsNoAnswerYetAndPassesALateOneOn() {
        join(10);
        receive(
                member(1),
                new SwimPacket.PingRequest(77, member(2).id(), member(2).address()));
        SwimPacket.Ping ping = sent(SwimPacket.Ping.class).get(0);
        StartTimer timer = timer(SwimTimer.RelayTimeout.class);
        assertThat(timer.delay()).isLessThan(Duration.ofNanos(CONFIG.probeTimeoutNanos(roundTrip)));
        fire(timer);
        assertThat(sent(SwimPacket.Nack.class))
                .containsExactly(new SwimPacket.Nack(77, member(2).id()));
        receive(member(2), new SwimPacket.Ack(ping.probe(), member(2).id()));
        assertThat(sent(SwimPacket.Ack.class))
                .containsExactly(new SwimPacket.Ack(77, member(2).id()));
    }

    @Test
    void silenceOfTheHelpersCountsAgainstThisNodeAndTheirNacksDoNot() {
        join(10);
        Duration calm = failedProbe(true);
        assertThat(failedProbe(true)).isEqualTo(calm);
        assertThat(failedProbe(false)).isEqualTo(calm);
        // Three helpers that are silent, too: four times as slow.
        assertThat(failedProbe(true)).isEqualTo(calm.multipliedBy(4));
    }

    @Test
    void theFartherAMemberIsTheMoreTimeItHas() {
        join(10);
        SwimPacket.Ping ping = probe();
        Duration near = timer(SwimTimer.ProbeTimeout.class).delay();
        receive(of(ping.target()), new SwimPacket.Ack(ping.probe(), ping.target()));
        roundTrip = 200 * MILLI;
        firePeriod();
        assertThat(timer(SwimTimer.ProbeTimeout.class).delay())
                .isEqualTo(near.plusMillis(SwimConfig.ROUND_TRIPS * 199L));
        assertThat(timer(SwimTimer.ProbePeriod.class).delay())
                .isEqualTo(timer(SwimTimer.ProbeTimeout.class).delay().multipliedBy(2));
    }

    @Test
    void aSuspicionGetsShorterWithEachOtherAccuser() {
        join(10);
        List<Duration> left = new ArrayList<>();
        for (int accuser = 2; accuser <= 5; accuser++) {
            accuse(member(1), member(accuser).id());
            left.add(timer(SwimTimer.Suspicion.class).delay());
        }
        Duration min = Duration.ofNanos(CONFIG.suspicionNanos(10));
        assertThat(left.get(0)).isEqualTo(min.multipliedBy(CONFIG.options().suspicionStretch()));
        assertThat(left.get(1)).isBetween(min.multipliedBy(3), min.multipliedBy(4));
        assertThat(left.get(2)).isBetween(min.multipliedBy(2), min.multipliedBy(3));
        assertThat(left.get(3)).isEqualTo(min);
        accuse(member(1), member(6).id());
        accuse(member(1), member(2).id());
        assertThat(of(StartTimer.class)).noneMatch(timer -> timer.timer() instanceof SwimTimer.Suspicion);
    }

    @Test
    void whoHasRefutedLatelyHasMoreTime() {
        join(10);
        accuse(member(1), member(2).id());
        hear(new Rumor(member(1).with(Member.State.ALIVE, 2)));
        MemberRecord again = member(1).with(Member.State.ALIVE, 2);
        for (int accuser = 2; accuser <= 5; accuser++) {
            accuse(again, member(accuser).id());
        }
        assertThat(timer(SwimTimer.Suspicion.class).delay()).isEqualTo(Duration.ofNanos(2 * CONFIG.suspicionNanos(10)));
    }

    @Test
    void whoHasFoundARegionHasNotRefuted() {
        join(10);
        MemberRecord moved = member(1).in("~a", 2);
        hear(new Rumor(moved));
        for (int accuser = 2; accuser <= 5; accuser++) {
            accuse(moved, member(accuser).id());
        }
        assertThat(timer(SwimTimer.Suspicion.class).delay()).isEqualTo(Duration.ofNanos(CONFIG.suspicionNanos(10)));
    }

    @Test
    void aSuspectIsToldInThePing() {
        join(10);
        accuse(member(1), member(2).id());
        for (int i = 0; i < 2 * 9; i++) {
            SwimPacket.Ping ping = probe();
            if (ping.target().equals(member(1).id())) {
                assertThat(of(Send.class).get(0).packet().gossip().get(0).member())
                        .isEqualTo(member(1).with(Member.State.SUSPECT));
                return;
            }
            receive(of(ping.target()), new SwimPacket.Ack(ping.probe(), ping.target()));
        }
        throw new AssertionError("the suspect was not probed in two rounds");
    }

    @Test
    void accusedItRefutesWithAHigherIncarnation() {
        join(10);
        accuse(self, member(2).id());
        assertThat(swim.self().incarnation()).isEqualTo(2);
        assertThat(of(SwimEffect.SelfChanged.class)).hasSize(1);
        on(new SwimEvent.TimerFired(new SwimTimer.GossipPeriod()));
        assertThat(of(Send.class))
                .allSatisfy(send -> assertThat(send.packet().from()).isEqualTo(swim.self()));
    }

    @Test
    void aNodeThatWasStoppedAccusesNobodyOfWhatItMissed() {
        join(10);
        SwimPacket.Ping ping = probe();
        StartTimer period = timer(SwimTimer.ProbePeriod.class);
        now += 5_000 * MILLI;
        fire(period);
        assertThat(of(MemberChanged.class)).isEmpty();
        assertThat(sent(SwimPacket.Ping.class)).hasSize(1).doesNotContain(ping);
    }

    @Test
    void aNodeThatWasStoppedListensBeforeItDeclaresAnyoneDown() {
        join(10);
        accuse(member(1), member(2).id());
        StartTimer suspicion = timer(SwimTimer.Suspicion.class);
        now += 5_000 * MILLI;
        fire(suspicion);
        assertThat(of(MemberChanged.class)).isEmpty();
        fire(timer(SwimTimer.Suspicion.class));
        assertThat(of(MemberChanged.class))
                .singleElement()
                .satisfies(change -> assertThat(change.after().state()).isEqualTo(Member.State.DOWN));
    }

    @Test
    void equalViewsExchangeNoRecords() {
        join(10);
        Swim other = new Swim(CONFIG, member(1), to -> roundTrip, new Random(2));
        other.on(new SwimEvent.Start(List.of()), now);
        List<MemberRecord> all =
                Stream.concat(Stream.of(self), swim.members().stream()).toList();
        other.on(new SwimEvent.ViewReceived(new PushPull(self, 0, all)), now);
        on(new SwimEvent.TimerFired(new SwimTimer.PushPullPeriod()));
        PushPull question = of(SwimEffect.Exchange.class).get(0).view();
        assertThat(question.members()).isEmpty();
        assertThat(answer(other, question).members()).isEmpty();
        accuse(member(3), member(2).id());
        on(new SwimEvent.TimerFired(new SwimTimer.PushPullPeriod()));
        PushPull answer = answer(other, of(SwimEffect.Exchange.class).get(0).view());
        assertThat(answer.members()).hasSize(9);
        on(new SwimEvent.ViewReceived(answer));
        assertThat(of(SwimEffect.Exchange.class).get(0).view().members())
                .contains(member(3).with(Member.State.SUSPECT));
    }

    private static PushPull answer(Swim asked, PushPull question) {
        return asked.on(new SwimEvent.ViewRequested(question), 0).stream()
                .filter(SwimEffect.Answer.class::isInstance)
                .map(effect -> (PushPull) ((SwimEffect.Answer) effect).message())
                .findFirst()
                .orElseThrow();
    }

    /** Runs one probe to its end and returns how long its period was. */
    private Duration failedProbe(boolean nacks) {
        SwimPacket.Ping ping = probe();
        Duration length = timer(SwimTimer.ProbePeriod.class).delay();
        StartTimer period = timer(SwimTimer.ProbePeriod.class);
        timeout(ping);
        List<Send> requests = of(Send.class).stream()
                .filter(send -> send.packet().body() instanceof SwimPacket.PingRequest)
                .toList();
        assertThat(requests).hasSize(3);
        if (nacks) {
            for (Send request : requests) {
                receive(at(request.to()), new SwimPacket.Nack(ping.probe(), ping.target()));
            }
        }
        lastPeriod = period;
        return length;
    }

    private StartTimer lastPeriod = new StartTimer(new SwimTimer.ProbePeriod(), Duration.ZERO);
    private long lastPeriodAt;

    private void join(int size) {
        on(new SwimEvent.Start(List.of()));
        rememberPeriod();
        List<MemberRecord> others = new ArrayList<>();
        for (int i = 1; i < size; i++) {
            others.add(member(i));
        }
        on(new SwimEvent.ViewReceived(new PushPull(member(1), 0, others)));
    }

    /** Lets the next probe begin. */
    private SwimPacket.Ping probe() {
        firePeriod();
        return sent(SwimPacket.Ping.class).get(0);
    }

    private void firePeriod() {
        now = Math.max(now, lastPeriodAt + lastPeriod.delay().toNanos());
        on(new SwimEvent.TimerFired(lastPeriod.timer()));
        rememberPeriod();
    }

    private void rememberPeriod() {
        lastPeriod = timer(SwimTimer.ProbePeriod.class);
        lastPeriodAt = now;
    }

    private void timeout(SwimPacket.Ping ping) {
        on(new SwimEvent.TimerFired(new SwimTimer.ProbeTimeout(ping.probe())));
    }

    private void fire(StartTimer timer) {
        now += timer.delay().toNanos();
        on(new SwimEvent.TimerFired(timer.timer()));
    }

    private void accuse(MemberRecord suspect, ActorId accuser) {
        hear(new Rumor(suspect.with(Member.State.SUSPECT), accuser));
    }

    private void hear(Rumor rumor) {
        on(new SwimEvent.PacketReceived(new SwimPacket(member(9), new SwimPacket.Gossip(), List.of(rumor))));
    }

    private void receive(MemberRecord from, SwimPacket.Body body) {
        on(new SwimEvent.PacketReceived(new SwimPacket(from, body, List.of())));
    }

    private void on(SwimEvent event) {
        effects.clear();
        effects.addAll(swim.on(event, now));
    }

    private <T extends SwimEffect> List<T> of(Class<T> type) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private <T extends SwimPacket.Body> List<T> sent(Class<T> type) {
        return of(Send.class).stream()
                .map(send -> send.packet().body())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private StartTimer timer(Class<? extends SwimTimer> type) {
        return of(StartTimer.class).stream()
                .filter(timer -> type.isInstance(timer.timer()))
                .findFirst()
                .orElseThrow();
    }

    private MemberRecord of(ActorId id) {
        return swim.members().stream()
                .filter(member -> member.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static MemberRecord at(InetSocketAddress address) {
        return member(address.getPort() - 1000);
    }

    private static MemberRecord member(int number) {
        return new MemberRecord(
                new ActorId(new UUID(0, number)),
                "n" + number,
                "",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1000 + number),
                1,
                1,
                Member.State.ALIVE);
    }
}
