package dev.corrosion.membership;

import dev.corrosion.Member;
import dev.corrosion.membership.RegionSurvey.Seen;
import dev.corrosion.protocol.MemberRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the region of a node for which none is configured, from round trips to members that have one. It joins a region
 * that is near; if none is, it names one, which its neighbours will find. Nodes that name regions at the same place at the
 * same time agree afterwards: a region twice as large wins, else the smaller name.
 *
 * <p>A region that it has is kept as long as its members are nearer than twice the radius and no other one is much nearer.
 * A configured region is joined like any other, and preferred to a found one that is as near.
 *
 * <p>Not thread-safe. Time is in nanoseconds of any origin.
 */
public final class RegionFinder {

    /** How many nodes of the cluster name a region in one period, on average, while nobody has one. */
    private static final int NAMINGS_PER_PERIOD = 20;

    /** In a small cluster one of so many does. */
    private static final int NODES_PER_NAMING = 4;

    /** Regions are alike if one is not farther than twice the other and this. */
    private static final long ALIKE_NANOS = Duration.ofMillis(1).toNanos();

    private static final int SETTLED_PERIODS = 3;

    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    private final RegionOptions options;
    private final RegionSamples samples;
    private final RandomGenerator random;
    private final Deque<Long> changes = new ArrayDeque<>();
    private String intended = "";

    /** The one that it would name; empty until then. */
    private String newName = "";

    /**
     * What follows from a look around.
     *
     * @param region the region of this node from now on; empty if it has none yet
     * @param pings members to be pinged, so that the round trip to them becomes known
     * @param next when to look again
     */
    public record Look(String region, List<MemberRecord> pings, Duration next) {}

    public RegionFinder(RegionOptions options, RoundTrips roundTrips, RandomGenerator random) {
        this.options = options;
        this.samples = new RegionSamples(roundTrips, random);
        this.random = random;
    }

    /** Whether members have found this region themselves; nobody may configure such a name. */
    public static boolean isFound(String region) {
        return region.startsWith(Member.FOUND_REGION);
    }

    /**
     * Looks around.
     *
     * @param region what this node has found so far
     * @param others the present members, without this node
     */
    public Look look(String region, Collection<MemberRecord> others, long now) {
        if (region.isEmpty() && others.size() + 1 < options.members()) {
            return new Look(region, List.of(), pause(1));
        }
        RegionSurvey survey = samples.survey(others, now);
        String best = best(region, survey);
        // Leaving one for another has to be wanted twice: news of a still better one may be on its way.
        boolean certain = region.isEmpty() || best.equals(intended);
        intended = best;
        String next = certain && !best.equals(region) && mayChange(now) ? best : region;
        if (next.equals(newName)) {
            newName = "";
        }
        return new Look(next, survey.pings(), pause(next.isEmpty() ? 1 : SETTLED_PERIODS));
    }

    private String best(String region, RegionSurvey survey) {
        Seen own = survey.region(region);
        if (own != null && own.distance() == RoundTrips.UNKNOWN) {
            return region;
        }
        long radius = options.radius().toNanos();
        List<Seen> near = survey.regions().stream()
                .filter(seen -> seen.isWithin(seen.equals(own) ? 2 * radius : radius))
                .toList();
        if (near.isEmpty()) {
            return lonely(region, own, survey);
        }
        long nearest = near.stream().mapToLong(Seen::distance).min().orElseThrow();
        List<Seen> alike = new ArrayList<>(near);
        alike.removeIf(seen -> seen.distance() > 2 * nearest + ALIKE_NANOS);
        if (!region.isEmpty() && own == null) {
            alike.add(new Seen(region, 0, 0, true));
        }
        return choose(region, alike);
    }

    private static String choose(String region, List<Seen> alike) {
        List<Seen> configured =
                alike.stream().filter(seen -> !isFound(seen.name())).toList();
        if (!configured.isEmpty()) {
            return configured.stream().anyMatch(seen -> seen.name().equals(region)) ? region : nearest(configured);
        }
        int largest = alike.stream().mapToInt(seen -> size(seen, region)).max().orElseThrow();
        return alike.stream()
                .filter(seen -> 2 * size(seen, region) >= largest)
                .map(Seen::name)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static int size(Seen seen, String own) {
        return seen.members() + (seen.name().equals(own) ? 1 : 0);
    }

    /** Nobody is near whose region could be joined. */
    private String lonely(String region, @Nullable Seen own, RegionSurvey survey) {
        boolean alone = !region.isEmpty() && own == null;
        if (alone || !survey.isComplete()) {
            return region;
        }
        if (survey.regions().size() >= options.maxRegions()) {
            List<Seen> reachable = survey.regions().stream()
                    .filter(seen -> seen.isWithin(own == null ? Long.MAX_VALUE : own.distance() / 2))
                    .toList();
            return reachable.isEmpty() ? region : nearest(reachable);
        }
        // Not all at once: a neighbour may be about to name one.
        int waiting = survey.unlabelled() + 1;
        boolean isTurn = waiting == 1
                || random.nextInt(Math.max(waiting, NODES_PER_NAMING * NAMINGS_PER_PERIOD)) < NAMINGS_PER_PERIOD;
        if (isTurn && newName.isEmpty()) {
            newName = String.format(Locale.ROOT, "%s%08x", Member.FOUND_REGION, random.nextInt());
        }
        return isTurn ? newName : region;
    }

    private static String nearest(List<Seen> regions) {
        return regions.stream()
                .min(Comparator.comparingLong(Seen::distance).thenComparing(Seen::name))
                .orElseThrow()
                .name();
    }

    private boolean mayChange(long now) {
        while (!changes.isEmpty() && now - changes.getFirst() >= HOUR_NANOS) {
            changes.removeFirst();
        }
        if (changes.size() == options.maxChangesPerHour()) {
            return false;
        }
        changes.addLast(now);
        return true;
    }

    /** With jitter, so that nodes that start together do not look together. */
    private Duration pause(int periods) {
        long pause = periods * options.period().toNanos();
        return Duration.ofNanos(pause - pause / 5 + random.nextLong(1 + 2 * pause / 5));
    }
}
