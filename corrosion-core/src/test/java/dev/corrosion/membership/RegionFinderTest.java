package dev.corrosion.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Measurements in, regions out. */
class RegionFinderTest {

    private final Map<InetSocketAddress, Long> distances = new HashMap<>();
    private final Map<InetSocketAddress, Long> measured = new HashMap<>();
    private final List<MemberRecord> others = new ArrayList<>();
    private final RegionFinder finder =
            new RegionFinder(RegionOptions.DEFAULT, to -> measured.getOrDefault(to, RoundTrips.UNKNOWN), new Random(1));
    private String region = "";
    private long now;
    private int pings;
    private int changes;

    @Test
    void itJoinsTheRegionOfItsNeighbours() {
        members(10, "~far", 8);
        members(10, "~near", 1);
        look(10);
        assertThat(region).isEqualTo("~near");
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void aSmallClusterHasNoRegions() {
        members(15, "", 1);
        look(100);
        assertThat(region).isEmpty();
        members(1, "", 1);
        look(20);
        assertThat(region).isNotEmpty();
    }

    @Test
    void whoIsNearNobodyNamesARegionAndKeepsIt() {
        members(20, "~far", 6);
        look(10);
        String own = region;
        assertThat(own).startsWith("~").isNotEqualTo("~far").hasSize(9);
        look(1000);
        assertThat(region).isEqualTo(own);
    }

    @Test
    void itNamesNoneUntilItKnowsThatNobodyIsNear() {
        members(20, "~silent", 1);
        distances.clear();
        look(1);
        assertThat(pings).isEqualTo(3);
        look(2);
        assertThat(region).isEmpty();
        look(3);
        assertThat(region).as("they do not answer").startsWith("~").isNotEqualTo("~silent");
    }

    @Test
    void ofTwoRegionsAtOnePlaceAllTakeTheSmallerName() {
        members(20, "~b", 1);
        look(5);
        members(18, "~a", 1);
        look(10);
        assertThat(region).isEqualTo("~a");
        members(10, "~c", 1);
        look(20);
        assertThat(region).isEqualTo("~a");
        assertThat(changes).isEqualTo(2);
    }

    @Test
    void aRegionDoesNotGiveWayToOneThatIsMuchSmaller() {
        members(20, "~b", 1);
        look(5);
        members(9, "~a", 1);
        look(20);
        assertThat(region).isEqualTo("~b");
        members(3, "~a", 1);
        look(10);
        assertThat(region).isEqualTo("~a");
    }

    @Test
    void itLeavesForARegionThatIsMuchNearerOnly() {
        members(20, "~a", 5);
        look(5);
        members(20, "~b", 4);
        look(20);
        assertThat(region).isEqualTo("~a");
        members(20, "~c", 1);
        look(20);
        assertThat(region).isEqualTo("~c");
    }

    @Test
    void itStaysUntilItIsFarFromItsRegion() {
        region = "~home";
        members(20, "~home", 9);
        look(20);
        assertThat(region).isEqualTo("~home");
        others.clear();
        members(20, "~home", 11);
        look(20);
        assertThat(region).startsWith("~").isNotEqualTo("~home");
    }

    @Test
    void aConfiguredRegionIsPreferredAndKept() {
        members(20, "~a", 1);
        look(5);
        members(1, "fra", 2);
        look(10);
        assertThat(region).isEqualTo("fra");
        members(40, "~0", 1);
        members(40, "aaa", 1);
        look(20);
        assertThat(region).isEqualTo("fra");
    }

    @Test
    void oneMisplacedMemberDoesNotDragOthersAlong() {
        members(1, "fra", 1);
        members(2, "fra", 80);
        members(20, "~far", 80);
        look(10);
        assertThat(region).startsWith("~").isNotEqualTo("~far");
    }

    @Test
    void aSlowAnswerSaysNothingOfTheDistance() {
        members(20, "~a", 30);
        region = "~mine";
        look(1);
        distances.replaceAll((to, nanos) -> millis(1));
        look(10);
        assertThat(region).isEqualTo("~a");
        distances.replaceAll((to, nanos) -> millis(30));
        look(20);
        assertThat(region).isEqualTo("~a");
    }

    @Test
    void itChangesItsRegionSixTimesAnHourAtMost() {
        region = "~mine";
        for (int i = 0; i < 60; i++) {
            others.clear();
            members(20, i % 2 == 0 ? "~a" : "~b", 1);
            look(3);
        }
        assertThat(now).isLessThan(TimeUnit.HOURS.toNanos(1));
        assertThat(changes).isEqualTo(6);
        now += TimeUnit.HOURS.toNanos(1);
        others.clear();
        members(20, "~a", 1);
        look(3);
        assertThat(changes).isEqualTo(7);
    }

    @Test
    void theNumberOfRegionsIsBounded() {
        for (int i = 0; i < 63; i++) {
            members(1, "~" + i, 20 + i);
        }
        look(60);
        assertThat(region).startsWith("~").hasSize(9);
        region = "";
        others.clear();
        for (int i = 0; i < 64; i++) {
            members(1, "~" + i, 20 + i);
        }
        look(60);
        assertThat(region).isEqualTo("~0");
    }

    @Test
    void itPingsNineTimesARegionAnHourAndEightTimesALook() {
        for (int i = 0; i < 10; i++) {
            members(100, "~" + i, 1 + 2 * i);
        }
        look(1);
        assertThat(pings).isEqualTo(8);
        look(150);
        assertThat(now).isLessThan(TimeUnit.HOURS.toNanos(1));
        assertThat(pings).isEqualTo(90);
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            RegionFinder.Look look = finder.look(region, List.copyOf(others), now);
            pings += look.pings().size();
            look.pings().stream()
                    .map(MemberRecord::address)
                    .filter(distances::containsKey)
                    .forEach(to -> measured.put(to, distances.get(to)));
            changes += look.region().equals(region) ? 0 : 1;
            region = look.region();
            now += look.next().toNanos();
        }
    }

    private void members(int count, String name, int millis) {
        for (int i = 0; i < count; i++) {
            int number = distances.size() + 1;
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), number);
            distances.put(address, millis(millis));
            others.add(new MemberRecord(new ActorId(new UUID(number, 0)), "", name, address, 1, 1, Member.State.ALIVE));
        }
    }

    private static long millis(int millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
