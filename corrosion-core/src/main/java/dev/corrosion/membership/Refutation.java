package dev.corrosion.membership;

import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Rumor;
import dev.corrosion.protocol.SwimPacket;
import org.jspecify.annotations.Nullable;

/** What this node does about what is said of itself. */
final class Refutation {

    private final SwimConfig config;
    private final Self self;
    private final LocalHealth health;
    private final Outbox outbox;

    /** Somebody elsewhere who is said to have our identity, while the answer is awaited. */
    private SwimTimer.@Nullable ClaimTimeout claim;

    Refutation(SwimConfig config, Self self, LocalHealth health, Outbox outbox) {
        this.config = config;
        this.self = self;
        this.health = health;
        this.outbox = outbox;
    }

    void hear(MemberRecord said) {
        if (said.incarnation() < self.record().incarnation()) {
            return;
        }
        if (said.address().equals(self.address())) {
            if (said.state() != Member.State.ALIVE
                    || said.incarnation() > self.record().incarnation()) {
                // Who is accused may well be slow.
                health.worse(said.state() == Member.State.SUSPECT ? 1 : 0);
                refute(said.incarnation());
            }
            return;
        }
        // Somebody else has our identity, or had it: an earlier run of ours on another address. Ask there; only a
        // living
        // one will answer, and then both report it. If nobody does, the identity is ours.
        if (claim == null) {
            claim = new SwimTimer.ClaimTimeout(said.address(), said.incarnation());
            outbox.send(said.address(), new SwimPacket.Ping(0, self.id()));
            outbox.timer(claim, config.suspicionNanos(1));
        }
    }

    /** Whether this comes, first hand, from another node with our identity. */
    boolean isRival(MemberRecord from) {
        if (!from.id().equals(self.id())) {
            return false;
        }
        if (!from.address().equals(self.address())) {
            claim = null;
            outbox.add(new SwimEffect.IdentityConflict(from.address()));
        }
        return true;
    }

    void unanswered(SwimTimer.ClaimTimeout timer) {
        if (timer.equals(claim)) {
            claim = null;
            if (self.record().incarnation() <= timer.incarnation()) {
                refute(timer.incarnation());
            }
        }
    }

    private void refute(long incarnation) {
        self.refute(incarnation);
        outbox.tell(new Rumor(self.record()));
        outbox.add(new SwimEffect.SelfChanged(self.record()));
    }
}
