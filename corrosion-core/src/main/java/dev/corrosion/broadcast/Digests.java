package dev.corrosion.broadcast;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.Have;
import dev.corrosion.protocol.VersionId;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells neighbours in the region of what has come: shortly afterwards the two that follow, and somewhat later the one before
 * and one at random. So each node hears of each version from three members at least, and nobody says anything when nothing is
 * new.
 */
final class Digests {

    private final ActorId self;
    private final long firstDelay;
    private final long secondDelay;
    private final RandomGenerator random;
    private final List<VersionId> first = new ArrayList<>();
    private final List<VersionId> second = new ArrayList<>();
    private long firstAt = Missing.NEVER;
    private long secondAt = Missing.NEVER;

    Digests(ActorId self, BroadcastOptions options, RandomGenerator random) {
        this.self = self;
        this.firstDelay = options.digestDelay().toNanos();
        this.secondDelay = options.secondDigestDelay().toNanos();
        this.random = random;
    }

    /** Beyond the bound of a digest it is left to anti-entropy. */
    void add(VersionId id, long now) {
        if (first.size() < Have.MAX_VERSIONS) {
            first.add(id);
            firstAt = Math.min(firstAt, now + firstDelay);
        }
        if (second.size() < Have.MAX_VERSIONS) {
            second.add(id);
            secondAt = Math.min(secondAt, now + secondDelay);
        }
    }

    /** Tells what is due. */
    void tell(@Nullable Region region, Outbox outbox, long now) {
        if (now >= firstAt) {
            firstAt = Missing.NEVER;
            tell(region == null ? null : region.neighbour(self, 1), first, outbox);
            tell(region == null ? null : region.neighbour(self, 2), first, outbox);
            first.clear();
        }
        if (now >= secondAt) {
            secondAt = Missing.NEVER;
            tell(region == null ? null : region.neighbour(self, -1), second, outbox);
            tell(
                    region == null
                            ? null
                            : region.neighbour(
                                    self, random.nextInt(region.members().size())),
                    second,
                    outbox);
            second.clear();
        }
    }

    private void tell(@Nullable Place neighbour, List<VersionId> ids, Outbox outbox) {
        if (neighbour != null && !neighbour.id().equals(self)) {
            outbox.have(neighbour.address(), ids);
        }
    }

    long wake() {
        return Math.min(firstAt, secondAt);
    }
}
