package dev.corrosion.membership;

import java.time.Duration;

/**
 * How a node without a configured region finds one.
 *
 * @param members from so many members on, itself counted, it looks for one; smaller clusters need none
 * @param radius a region whose members are nearer than this, there and back, is joined
 * @param maxRegions a node that is near nobody names a region of its own while there are fewer; then it joins the nearest
 * @param maxChangesPerHour how often it changes its region at most
 * @param period how often it looks around while it has no region; with one it does so a third as often
 */
public record RegionOptions(int members, Duration radius, int maxRegions, int maxChangesPerHour, Duration period) {

    /** The figures behind this are in docs/dissemination.md. */
    public static final RegionOptions DEFAULT =
            new RegionOptions(17, Duration.ofMillis(5), 64, 6, Duration.ofSeconds(5));

    public RegionOptions {
        if (members < 2 || radius.toNanos() < 1 || maxRegions < 1 || maxChangesPerHour < 1 || period.toNanos() < 1) {
            throw new IllegalArgumentException("regions cannot be found so");
        }
    }

    public RegionOptions withRadius(Duration other) {
        return new RegionOptions(members, other, maxRegions, maxChangesPerHour, period);
    }
}
