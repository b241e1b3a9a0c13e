package dev.corrosion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.broadcast.Place;
import dev.corrosion.membership.RegionOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoundRegionsTest {

    @ParameterizedTest
    @CsvSource({"19, 500, 1", "19, 500, 2", "40, 500, 3", "19, 1000, 4"})
    void nodesFindTheRegionsOfTheMapAndStayThere(String regions, int size, long seed) {
        WorldMap map = WorldMap.load(regions);
        Random random = new Random(seed);
        int[] home = new int[size];
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            home[i] = map.draw(random);
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), i + 1);
            places.add(new Place(new ActorId(new UUID(random.nextLong(), i)), address, ""));
        }
        FoundRegions found = new FoundRegions(map, places, home, RegionOptions.DEFAULT, random).run();
        System.out.printf(
                "[regions] %s regions, %d nodes, seed %d: found %d for %d, pure %.3f, together %.3f,"
                        + " %.2f changes a node, at most %d, settled after %.0f s, %.0f pings a node%n",
                regions,
                size,
                seed,
                found.count(),
                Arrays.stream(home).distinct().count(),
                found.pureShare(),
                found.togetherShare(),
                found.changes(),
                found.mostChanges(),
                found.settledSeconds(),
                found.pings());
        assertThat(found.pureShare()).isGreaterThan(0.99);
        assertThat(found.togetherShare()).isGreaterThan(0.98);
        assertThat(found.changes()).isLessThan(1.5);
        assertThat(found.settledSeconds()).isLessThan(600);
    }
}
