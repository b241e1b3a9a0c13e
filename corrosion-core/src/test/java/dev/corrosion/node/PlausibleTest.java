package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.Rumor;
import dev.corrosion.protocol.SwimPacket;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PlausibleTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private final Plausible plausible = new Plausible(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void anIncarnationFromTheFarFutureIsNotBelievedOfAnybody() {
        MemberRecord now = member(NOW.toEpochMilli());
        MemberRecord far = member(1L << 60);

        assertThat(plausible.isTrueOf(packet(now, now))).isTrue();
        assertThat(plausible.isTrueOf(packet(now, far))).isFalse();
        assertThat(plausible.isTrueOf(packet(far, now))).isFalse();
        assertThat(plausible.isTrueOf(new PushPull(now, 0, List.of(now)))).isTrue();
        assertThat(plausible.isTrueOf(new PushPull(now, 0, List.of(now, far)))).isFalse();
    }

    @Test
    void whoIsTheHighestThatIsBelievedCanStillBeContradictedAMomentLater() {
        long highest = NOW.plus(Plausible.MAX_AHEAD).toEpochMilli();
        Plausible later = new Plausible(Clock.fixed(NOW.plusMillis(1), ZoneOffset.UTC));

        assertThat(plausible.isTrueOf(packet(member(0), member(highest)))).isTrue();
        assertThat(plausible.isTrueOf(packet(member(0), member(highest + 1)))).isFalse();
        assertThat(later.isTrueOf(packet(member(highest + 1), member(0)))).isTrue();
    }

    private static SwimPacket packet(MemberRecord from, MemberRecord about) {
        return new SwimPacket(from, new SwimPacket.Gossip(), List.of(new Rumor(about)));
    }

    private static MemberRecord member(long incarnation) {
        return new MemberRecord(
                new ActorId(new UUID(0, 1)), "a", new InetSocketAddress(1), 1, incarnation, Member.State.ALIVE);
    }
}
