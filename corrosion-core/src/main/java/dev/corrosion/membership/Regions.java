package dev.corrosion.membership;

import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Rumor;
import dev.corrosion.protocol.SwimPacket;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Finds this node a region if none is configured, and tells the others of it. */
final class Regions {

    /** The number of a ping that only measures: the answer is no probe's. */
    private static final long NO_PROBE = 0;

    private final Self self;
    private final MemberTable members;
    private final Outbox outbox;
    private final RegionFinder finder;
    private final boolean isConfigured;

    Regions(Self self, MemberTable members, RoundTrips roundTrips, Outbox outbox, RandomGenerator random) {
        this.self = self;
        this.members = members;
        this.outbox = outbox;
        this.finder = new RegionFinder(RegionOptions.DEFAULT, roundTrips, random);
        this.isConfigured = !self.record().region().isEmpty();
    }

    /** Begins where the last run ended. */
    void start(List<MemberRecord> remembered) {
        if (isConfigured) {
            return;
        }
        for (MemberRecord member : remembered) {
            if (member.id().equals(self.id()) && RegionFinder.isFound(member.region())) {
                self.moveTo(member.region());
            }
        }
        lookAfter(RegionOptions.DEFAULT.period());
    }

    void periodDue(long now) {
        String before = self.record().region();
        RegionFinder.Look look = finder.look(before, members.present(), now);
        for (MemberRecord member : look.pings()) {
            outbox.send(member, new SwimPacket.Ping(NO_PROBE, member.id()));
        }
        if (!look.region().equals(before)) {
            self.moveTo(look.region());
            outbox.tell(new Rumor(self.record()));
            outbox.add(new SwimEffect.SelfChanged(self.record()));
        }
        lookAfter(look.next());
    }

    private void lookAfter(Duration pause) {
        outbox.timer(new SwimTimer.RegionPeriod(), pause.toNanos());
    }
}
