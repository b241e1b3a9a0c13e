package dev.corrosion.node;

import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.Rumor;
import dev.corrosion.protocol.SwimPacket;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What can be true of members. An incarnation begins with the time of the start, in milliseconds, and is raised by one with each
 * objection. Who claims one from the far future in another's name would leave that one nothing to object with, since the
 * numbers of messages end somewhere; so such a claim is not believed. The bound moves with the clock, and an
 * objection to the highest claim that was believed is within it a millisecond later.
 */
final class Plausible {

    /** Clocks may differ by so much. */
    static final Duration MAX_AHEAD = Duration.ofDays(3650);

    private final Clock clock;

    Plausible(Clock clock) {
        this.clock = clock;
    }

    boolean isTrueOf(SwimPacket packet) {
        return areTrue(
                Stream.concat(Stream.of(packet.from()), packet.gossip().stream().map(Rumor::member)));
    }

    boolean isTrueOf(PushPull view) {
        return areTrue(Stream.concat(Stream.of(view.from()), view.members().stream()));
    }

    private boolean areTrue(Stream<MemberRecord> members) {
        long latest = clock.millis() + MAX_AHEAD.toMillis();
        return members.allMatch(member -> member.incarnation() <= latest);
    }
}
