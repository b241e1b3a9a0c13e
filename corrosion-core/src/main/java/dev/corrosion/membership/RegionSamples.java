package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.membership.RegionSurvey.Seen;
import dev.corrosion.protocol.MemberRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Measures how far the regions are, by a few members of each, drawn by lot. Of each sample the shortest round trip counts,
 * since what makes one longer, a busy processor or a queue, says nothing of the distance. Samples are replaced after an
 * hour, so that a way that has changed is noticed.
 */
final class RegionSamples {

    private static final int SAMPLES = 3;

    /** Pings to one sample. */
    private static final int PINGS = 3;

    /** Pings at a time. */
    private static final int MAX_PINGS = 8;

    private static final int MAX_DRAWS = 8;

    private static final long LIFE_NANOS = Duration.ofHours(1).toNanos();

    private static final class Sample {
        private final MemberRecord member;
        private final long expires;
        private long shortest = RoundTrips.UNKNOWN;
        private int pings;

        Sample(MemberRecord member, long expires) {
            this.member = member;
            this.expires = expires;
        }

        boolean isStillOf(MemberRecord now, long time) {
            return member.address().equals(now.address()) && time - expires < 0;
        }

        void read(RoundTrips roundTrips) {
            long reading = roundTrips.nanosTo(member.address());
            if (reading != RoundTrips.UNKNOWN && (shortest == RoundTrips.UNKNOWN || reading < shortest)) {
                shortest = reading;
            }
        }

        boolean isMeasured() {
            return shortest != RoundTrips.UNKNOWN || pings >= PINGS;
        }
    }

    private final RoundTrips roundTrips;
    private final RandomGenerator random;
    private Map<ActorId, Sample> samples = new HashMap<>();

    RegionSamples(RoundTrips roundTrips, RandomGenerator random) {
        this.roundTrips = roundTrips;
        this.random = random;
    }

    /** Reads what has been measured, replaces samples that are gone, and says whom to ping. */
    RegionSurvey survey(Collection<MemberRecord> others, long now) {
        Map<String, List<MemberRecord>> byRegion = new TreeMap<>();
        int unlabelled = 0;
        for (MemberRecord member : others) {
            if (member.state() != Member.State.ALIVE) {
                continue;
            }
            if (member.region().isEmpty()) {
                unlabelled++;
            } else {
                byRegion.computeIfAbsent(member.region(), name -> new ArrayList<>())
                        .add(member);
            }
        }
        Map<ActorId, Sample> kept = new HashMap<>();
        List<Seen> regions = new ArrayList<>(byRegion.size());
        byRegion.forEach((name, members) -> regions.add(see(name, members, kept, now)));
        samples = kept;
        return new RegionSurvey(regions, unlabelled, pings());
    }

    private Seen see(String name, List<MemberRecord> members, Map<ActorId, Sample> kept, long now) {
        List<Sample> measured = new ArrayList<>(SAMPLES);
        for (MemberRecord member : members) {
            Sample sample = samples.get(member.id());
            if (sample != null && sample.isStillOf(member, now) && measured.size() < SAMPLES) {
                kept.put(member.id(), sample);
                measured.add(sample);
            }
        }
        int wanted = Math.min(SAMPLES, members.size());
        for (int draw = 0; draw < MAX_DRAWS && measured.size() < wanted; draw++) {
            MemberRecord drawn = members.get(random.nextInt(members.size()));
            Sample sample = new Sample(drawn, now + LIFE_NANOS);
            if (kept.putIfAbsent(drawn.id(), sample) == null) {
                measured.add(sample);
            }
        }
        measured.forEach(sample -> sample.read(roundTrips));
        long[] known = measured.stream()
                .mapToLong(sample -> sample.shortest)
                .filter(nanos -> nanos != RoundTrips.UNKNOWN)
                .sorted()
                .toArray();
        return new Seen(
                name,
                members.size(),
                known.length == 0 ? RoundTrips.UNKNOWN : known[(known.length - 1) / 2],
                known.length > 0 || measured.stream().allMatch(Sample::isMeasured));
    }

    /** The least measured first. */
    private List<MemberRecord> pings() {
        List<Sample> due = samples.values().stream()
                .filter(sample -> sample.pings < PINGS)
                .sorted(Comparator.comparingInt((Sample sample) -> sample.pings)
                        .thenComparing(sample -> sample.member.id()))
                .limit(MAX_PINGS)
                .toList();
        due.forEach(sample -> sample.pings++);
        return due.stream().map(sample -> sample.member).toList();
    }
}
