package dev.corrosion.simulation;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** How each machine reaches each other one: by the distance of their regions, and what is wrong at the moment. */
final class Links implements BiFunction<InetSocketAddress, InetSocketAddress, Link> {

    private static final Duration NEAR = Duration.ofNanos(250_000);
    private static final Duration FAR = Duration.ofMillis(30);

    private record Way(InetSocketAddress from, InetSocketAddress to) {}

    private final Map<InetSocketAddress, Integer> regions = new HashMap<>();
    private final Map<Way, Link> links = new HashMap<>();
    private UnaryOperator<Link> everywhere = UnaryOperator.identity();

    void place(InetSocketAddress machine, int region) {
        regions.put(machine, region);
    }

    @Override
    public Link apply(InetSocketAddress from, InetSocketAddress to) {
        return everywhere.apply(links.computeIfAbsent(new Way(from, to), way -> healthy(from, to)));
    }

    /** What is the matter with all links. */
    void everywhere(UnaryOperator<Link> change) {
        everywhere = change;
    }

    /** What is the matter with one, in one direction. */
    void change(InetSocketAddress from, InetSocketAddress to, UnaryOperator<Link> change) {
        links.compute(new Way(from, to), (way, link) -> change.apply(link == null ? healthy(from, to) : link));
    }

    void heal() {
        everywhere = UnaryOperator.identity();
        healLinks();
    }

    void healLinks() {
        links.clear();
    }

    Link healthy(InetSocketAddress from, InetSocketAddress to) {
        boolean near = regions.getOrDefault(from, 0).equals(regions.getOrDefault(to, 0));
        Duration delay = near ? NEAR : FAR;
        return new Link(delay, delay.dividedBy(4), 0, 0, false);
    }
}
