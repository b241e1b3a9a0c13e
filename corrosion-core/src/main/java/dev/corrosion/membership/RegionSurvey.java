package dev.corrosion.membership;

import dev.corrosion.protocol.MemberRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of the regions around it.
 *
 * @param regions those with members other than this node
 * @param unlabelled living members that have no region
 * @param pings members whose distance is to be measured
 */
record RegionSurvey(List<Seen> regions, int unlabelled, List<MemberRecord> pings) {

    /**
     * One region.
     *
     * @param members how many members of it live, without this node
     * @param distance the median of what was measured to some of them, in nanoseconds, or {@link RoundTrips#UNKNOWN}
     * @param isMeasured false while an answer may still come
     */
    record Seen(String name, int members, long distance, boolean isMeasured) {

        boolean isWithin(long radius) {
            return distance != RoundTrips.UNKNOWN && distance <= radius;
        }
    }

    @Nullable Seen region(String name) {
        return regions.stream()
                .filter(region -> region.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Whether there is no region that may turn out to be near. */
    boolean isComplete() {
        return regions.stream().allMatch(Seen::isMeasured);
    }
}
