package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Rumor;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Takes in what is said of members, by others and by this node's own probes, and passes on what is new. */
final class News {

    /** How many nodes of the whole cluster look at a new suspect for themselves, for each confirmation wanted. */
    private static final int LOOKS_PER_CONFIRMATION = 2;

    /**
     * Members that are known, gone ones too. For another one the longest gone is forgotten; if none is gone, there is no
     * place: a member may tell of as many as it likes to invent.
     */
    static final int MAX_MEMBERS = 16_384;

    /** Of these, places for those that have been heard themselves, which nobody can invent. */
    static final int RESERVED = 4096;

    private final SwimConfig config;
    private final Lifeguard lifeguard;
    private final Self self;
    private final MemberTable members;
    private final Suspicions suspicions;
    private final Refutation refutation;
    private final LocalHealth health;
    private final Outbox outbox;
    private final RandomGenerator random;
    private Set<ActorId> banned = Set.of();

    News(
            SwimConfig config,
            Lifeguard lifeguard,
            Self self,
            MemberTable members,
            Suspicions suspicions,
            Refutation refutation,
            LocalHealth health,
            Outbox outbox,
            RandomGenerator random) {
        this.config = config;
        this.lifeguard = lifeguard;
        this.self = self;
        this.members = members;
        this.suspicions = suspicions;
        this.refutation = refutation;
        this.health = health;
        this.outbox = outbox;
        this.random = random;
    }

    /** Somebody speaks of itself. */
    void hearItself(MemberRecord said, long now) {
        hear(new Rumor(said), MAX_MEMBERS, now);
    }

    void hear(MemberRecord said, long now) {
        hear(new Rumor(said), now);
    }

    void hear(Rumor rumor, long now) {
        hear(rumor, MAX_MEMBERS - RESERVED, now);
    }

    private void hear(Rumor rumor, int places, long now) {
        MemberRecord said = rumor.member();
        if (said.id().equals(self.id())) {
            refutation.hear(said);
            return;
        }
        if (isBanned(said)) {
            return;
        }
        MemberRecord known = members.get(said.id());
        if (known == null && !said.isPresent()) {
            // A stranger who is gone: remembered, so that older news of its life is not believed, but not passed on.
            if (members.size() < places) {
                become(null, said, now - config.options().retention().toNanos() / 2, now);
            }
        } else if (known == null ? hasPlace(places) : said.supersedes(known)) {
            become(known, said, now, now);
            outbox.tell(rumor);
            if (said.state() == Member.State.SUSPECT) {
                suspect(rumor, now);
            }
        } else if (known != null && said.state() == Member.State.SUSPECT && said.incarnation() == known.incarnation()) {
            confirm(rumor, now);
        }
    }

    private boolean hasPlace(int places) {
        if (members.size() < places) {
            return true;
        }
        MemberRecord gone = members.longestGone();
        if (gone != null) {
            members.remove(gone.id());
            forget(gone);
        }
        return gone != null;
    }

    private void forget(MemberRecord member) {
        suspicions.forget(member.id());
        outbox.forget(member);
    }

    /** A member did not answer this node's probe. */
    void accuse(ActorId id, long now) {
        MemberRecord silent = members.get(id);
        if (silent != null && silent.isPresent()) {
            hear(new Rumor(silent.with(Member.State.SUSPECT), self.id()), now);
        }
    }

    /** A member of the last run: a suspect that has so long to refute whatever is said of it, and is not gossiped about. */
    void remember(MemberRecord member, long patience, long now) {
        if (member.id().equals(self.id()) || isBanned(member) || members.size() >= MAX_MEMBERS) {
            return;
        }
        if (!member.isPresent()) {
            become(null, member, now - config.options().retention().toNanos() / 2, now);
            return;
        }
        // Incarnation 0 yields to whatever anybody says.
        become(null, member.with(Member.State.SUSPECT, 0), now, now);
        startTimer(member.id(), suspicions.open(member.id(), null, now, patience, patience, 0), now);
    }

    void suspicionDue(SwimTimer.Suspicion timer, long now) {
        MemberRecord member = members.get(timer.member());
        if (member == null || !suspicions.isDue(timer)) {
            return;
        }
        int size = members.clusterSize();
        long min = config.suspicionNanos(size);
        health.fires(now, timer.due(), config.probePeriodNanos(size) / 2, min);
        if (health.isRecovering(now)) {
            // The refutation may have come while this node was stopped: it looks, and listens a little longer.
            suspicions.postpone(timer.member(), health.recoveredAt());
            suspicions.verify(timer.member());
            startTimer(timer.member(), health.recoveredAt(), now);
            return;
        }
        hear(member.with(Member.State.DOWN), now);
    }

    /** Drops what is known of members that have been gone for too long. */
    void forgetGone(long now) {
        for (MemberRecord member :
                members.forgetGoneBefore(now - config.options().retention().toNanos())) {
            forget(member);
        }
    }

    /** These are no members any more, instead of those banned before, and nothing is believed of them. */
    void ban(Set<ActorId> ids, long now) {
        banned = Set.copyOf(ids);
        for (ActorId id : banned) {
            MemberRecord member = members.get(id);
            if (member != null) {
                if (member.isPresent()) {
                    become(member, member.with(Member.State.LEFT), now, now);
                }
                members.remove(id);
                forget(member);
            }
        }
    }

    boolean isBanned(MemberRecord member) {
        return banned.contains(member.id());
    }

    private void suspect(Rumor rumor, long now) {
        int size = members.clusterSize();
        ActorId id = rumor.member().id();
        long min = config.suspicionNanos(size);
        if (!lifeguard.isOn()) {
            startTimer(id, suspicions.open(id, null, now, min, min, 0), now);
            return;
        }
        int wanted = Math.max(0, Math.min(config.options().confirmations(), size - 2));
        long max = min * config.options().suspicionStretch();
        long known = Math.min(max, (long) (min * (1 + suspicions.credit(id, now))));
        startTimer(id, suspicions.open(id, rumor.accuser(), now, known, max, wanted), now);
        boolean own = self.id().equals(rumor.accuser());
        if (!own && random.nextInt(size) < LOOKS_PER_CONFIRMATION * (wanted + 1)) {
            suspicions.verify(id);
        }
    }

    private void confirm(Rumor rumor, long now) {
        ActorId accuser = rumor.accuser();
        ActorId id = rumor.member().id();
        if (lifeguard.isOn() && accuser != null && suspicions.confirm(id, accuser)) {
            outbox.tell(rumor);
            startTimer(id, suspicions.due(id), now);
        }
    }

    private void startTimer(ActorId suspect, long due, long now) {
        outbox.timer(new SwimTimer.Suspicion(suspect, due), due - now);
    }

    private void become(@Nullable MemberRecord before, MemberRecord after, long since, long now) {
        if (before != null && before.state() == Member.State.SUSPECT) {
            suspicions.close(after.id());
        }
        if (before != null && isRefutation(before, after)) {
            suspicions.refuted(after.id(), now);
        }
        members.put(after, since);
        outbox.add(new SwimEffect.MemberChanged(before, after));
    }

    /** A remembered member, at incarnation 0, has not been heard of in this run. Who has found a region was not accused. */
    private static boolean isRefutation(MemberRecord before, MemberRecord after) {
        return before.incarnation() > 0
                && after.incarnation() > before.incarnation()
                && after.startedAt() == before.startedAt()
                && after.region().equals(before.region());
    }
}
