package dev.corrosion.membership;

import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.PushPull;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Compares whole views, digest first: a question has only a digest; the answer to another digest is everything that the
 * asked one holds; and if that taught it nothing, the asker sends everything that it holds itself. Whoever is taken for gone
 * is told so, or it could not object.
 */
final class Views {

    private final SwimConfig config;
    private final Self self;
    private final MemberTable members;
    private final News news;
    private final Outbox outbox;

    Views(SwimConfig config, Self self, MemberTable members, News news, Outbox outbox) {
        this.config = config;
        this.self = self;
        this.members = members;
        this.news = news;
        this.outbox = outbox;
    }

    void ask(InetSocketAddress address) {
        outbox.add(new SwimEffect.Exchange(address, new PushPull(self.record(), digest(), List.of())));
    }

    void requested(PushPull question, long now) {
        hear(question, now);
        boolean wantsAnswer = question.members().isEmpty() && question.digest() != digest();
        outbox.add(new SwimEffect.Answer(
                wantsAnswer ? everything(question.from(), now) : new PushPull(self.record(), digest(), List.of())));
    }

    void received(PushPull answer, long now) {
        hear(answer, now);
        MemberRecord from = answer.from();
        boolean hasMore = !answer.members().isEmpty() || isTakenForGone(from);
        if (hasMore && answer.digest() != digest()) {
            outbox.add(new SwimEffect.Exchange(from.address(), everything(from, now)));
        }
    }

    void periodDue(long now) {
        startPeriod();
        members.choose(1, null, true).forEach(member -> ask(member.address()));
        // After a partition both sides hold each other down and probe no more: only this finds them again.
        MemberRecord down = members.chooseDown();
        if (down != null) {
            ask(down.address());
        }
        news.forgetGone(now);
    }

    void startPeriod() {
        outbox.timer(new SwimTimer.PushPullPeriod(), config.pushPullNanos(members.clusterSize()));
    }

    private void hear(PushPull view, long now) {
        news.hearItself(view.from(), now);
        view.members().forEach(member -> news.hear(member, now));
    }

    private long digest() {
        return members.digest() + MemberTable.digest(self.record());
    }

    /**
     * Who is gone is told for half of the retention and remembered by the told for the other half, so that the dead do not
     * wander from node to node for ever.
     */
    private PushPull everything(MemberRecord to, long now) {
        long deadline = now - config.options().retention().toNanos() / 2;
        List<MemberRecord> told = members.presentOrGoneSince(deadline);
        MemberRecord held = members.get(to.id());
        if (held != null && isTakenForGone(to) && !told.contains(held)) {
            told.add(held);
        }
        return new PushPull(self.record(), digest(), told);
    }

    private boolean isTakenForGone(MemberRecord member) {
        MemberRecord held = members.get(member.id());
        return held != null && !held.isPresent();
    }
}
