package dev.corrosion.membership;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Finds the cluster, and the other parts of a cluster that has come apart. */
final class Seeds {

    /** How long to wait before the seeds are tried again while nobody is known; doubled up to the longest. */
    private static final Duration FIRST_RETRY = Duration.ofMillis(200);

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    private final Self self;
    private final MemberTable members;
    private final Views views;
    private final Outbox outbox;
    private final RandomGenerator random;
    private long retry = FIRST_RETRY.toNanos();

    Seeds(Self self, MemberTable members, Views views, Outbox outbox, RandomGenerator random) {
        this.self = self;
        this.members = members;
        this.views = views;
        this.outbox = outbox;
        this.random = random;
    }

    void retryDue() {
        long wait = LONGEST_RETRY.toNanos();
        if (members.hasAlive()) {
            retry = FIRST_RETRY.toNanos();
        } else {
            outbox.add(new SwimEffect.ResolveSeeds());
            wait = retry;
            retry = Math.min(2 * retry, LONGEST_RETRY.toNanos());
        }
        // Jitter keeps a fleet that was started together from knocking together.
        outbox.timer(new SwimTimer.SeedRetry(), wait + random.nextLong(1 + wait / 4));
    }

    /** Two parts that have never met, or have forgotten each other, only have their seeds in common. */
    void seekOtherParts() {
        if (members.hasAlive()) {
            outbox.add(new SwimEffect.ResolveSeeds());
        }
    }

    /** Alone, a node asks all seeds; in a cluster one that is no member of it, since that may belong to another part. */
    void resolved(List<InetSocketAddress> addresses) {
        List<InetSocketAddress> strangers = new ArrayList<>(addresses);
        strangers.remove(self.address());
        strangers.removeIf(members::isPresentAt);
        if (members.hasAlive() && !strangers.isEmpty()) {
            views.ask(strangers.get(random.nextInt(strangers.size())));
        } else {
            strangers.forEach(views::ask);
        }
    }
}
