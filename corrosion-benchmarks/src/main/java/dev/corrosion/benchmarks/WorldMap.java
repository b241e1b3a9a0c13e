package dev.corrosion.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Regions of the world and how long light takes between them: the round trip is {@code floor(4 ms + km / 75)} of the great
 * circle, 1 ms inside a region; a message takes half of that, times 1.0 to 1.15.
 */
final class WorldMap {

    private static final double EARTH_RADIUS_KM = 6371;
    private static final double JITTER = 0.15;
    private static final long MILLISECOND = 1_000_000;

    private record Place(String name, double latitude, double longitude, double weight) {}

    private final List<Place> places;
    private final long[][] rttMillis;

    private WorldMap(List<Place> places) {
        this.places = places;
        this.rttMillis = new long[places.size()][places.size()];
        for (int a = 0; a < places.size(); a++) {
            for (int b = 0; b < places.size(); b++) {
                rttMillis[a][b] = a == b ? 1 : (long) (4 + kilometres(places.get(a), places.get(b)) / 75);
            }
        }
    }

    /** Reads one of the maps that come with this program, by the number of its regions, or a file. */
    static WorldMap load(String regions) {
        try {
            if (regions.matches("\\d+")) {
                try (InputStream in = WorldMap.class.getResourceAsStream("regions-" + regions + ".csv")) {
                    if (in == null) {
                        throw new UsageException(
                                "--regions: there is no map of " + regions + " regions; 19 and 40 there are");
                    }
                    return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
                }
            }
            return parse(Files.readAllLines(Path.of(regions)));
        } catch (IOException e) {
            throw new UsageException("--regions: " + regions + " cannot be read: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw new UsageException("--regions: " + regions + " is not text", e);
        }
    }

    private static WorldMap parse(List<String> lines) {
        List<Place> places = new ArrayList<>();
        for (String line : lines) {
            String[] fields = line.split(",", -1);
            if (line.isBlank() || fields[0].equals("region")) {
                continue;
            }
            try {
                places.add(new Place(
                        fields[0],
                        Double.parseDouble(fields[1]),
                        Double.parseDouble(fields[2]),
                        Double.parseDouble(fields[3])));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new UsageException("--regions: not name,latitude,longitude,weight: " + line, e);
            }
        }
        if (places.isEmpty()) {
            throw new UsageException("--regions: the file has no regions");
        }
        return new WorldMap(places);
    }

    private static double kilometres(Place a, Place b) {
        double dLat = Math.toRadians(b.latitude - a.latitude) / 2;
        double dLon = Math.toRadians(b.longitude - a.longitude) / 2;
        double h = Math.pow(Math.sin(dLat), 2)
                + Math.cos(Math.toRadians(a.latitude))
                        * Math.cos(Math.toRadians(b.latitude))
                        * Math.pow(Math.sin(dLon), 2);
        return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(h));
    }

    int size() {
        return places.size();
    }

    String name(int region) {
        return places.get(region).name();
    }

    /** A region, by weight. */
    int draw(Random random) {
        double total = places.stream().mapToDouble(Place::weight).sum();
        double at = random.nextDouble() * total;
        for (int region = 0; region < places.size(); region++) {
            at -= places.get(region).weight();
            if (at < 0) {
                return region;
            }
        }
        return places.size() - 1;
    }

    long rttMillis(int from, int to) {
        return rttMillis[from][to];
    }

    /** Nanoseconds that a message takes. */
    long delay(int from, int to, Random random) {
        return (long) (0.5 * rttMillis[from][to] * MILLISECOND * (1 + JITTER * random.nextDouble()));
    }
}
