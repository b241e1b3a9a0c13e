package dev.corrosion.benchmarks;

import dev.corrosion.ActorId;
import dev.corrosion.broadcast.Broadcast;
import dev.corrosion.broadcast.BroadcastEffect;
import dev.corrosion.broadcast.BroadcastEvent;
import dev.corrosion.broadcast.BroadcastOptions;
import dev.corrosion.broadcast.Place;
import dev.corrosion.broadcast.Region;
import dev.corrosion.broadcast.Topology;
import dev.corrosion.crdt.Change;
import dev.corrosion.membership.RegionOptions;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionPart;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Nodes that run the machine of dissemination, and the network, clocks and faults around them. */
final class SimulatedCluster {

    static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Between two commits, on average. */
    static final long COMMIT_INTERVAL = 5 * MILLISECOND;

    /** After this time everybody has noticed what has happened to a node. */
    static final long NOTICED_AFTER = 8 * SECOND;

    private static final long NOTICED_FIRST = 2 * SECOND;
    private static final long SETTLE = 3 * SECOND;
    private static final int PAYLOAD_BYTES = 100;

    /** A node, its machine while it runs, and what it believes of the others. */
    private final class Node {
        private final Place place;
        private final int region;
        private Broadcast machine;
        private Topology view;
        private int[] noticed = new int[0];
        private int run;
        private boolean up = true;

        Node(Place place, int region, Topology view) {
            this.place = place;
            this.region = region;
            this.view = view;
            this.machine = machine();
        }

        private Broadcast machine() {
            return new Broadcast(place.id(), broadcastOptions, this::holds, random);
        }

        private boolean holds(ActorId actor, long version) {
            return record.holds(SimulatedCluster.index(actor), index());
        }

        private int index() {
            return place.address().getPort() - 1;
        }
    }

    private final SimulateOptions options;
    private final BroadcastOptions broadcastOptions;
    private final WorldMap map;
    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final Map<Region, Region> interned = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final DeliveryRecord record;
    private @Nullable FoundRegions found;
    private Topology present;

    SimulatedCluster(SimulateOptions options, BroadcastOptions broadcastOptions) {
        this.options = options;
        this.broadcastOptions = broadcastOptions;
        this.map = WorldMap.load(options.regions());
        this.random = new Random(options.seed());
        this.record = new DeliveryRecord(options.nodes());
        List<Place> places = new ArrayList<>();
        int[] regions = new int[options.nodes()];
        for (int i = 0; i < options.nodes(); i++) {
            regions[i] = map.draw(random);
            ActorId id = new ActorId(new UUID(random.nextLong(), i));
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), i + 1);
            places.add(new Place(id, address, map.name(regions[i])));
        }
        if (options.radius() == 0) {
            places.replaceAll(place -> new Place(place.id(), place.address(), ""));
        } else if (options.radius() > 0) {
            RegionOptions finding = RegionOptions.DEFAULT.withRadius(Duration.ofMillis(options.radius()));
            FoundRegions names = new FoundRegions(map, places, regions, finding, random).run();
            places.replaceAll(place -> new Place(place.id(), place.address(), names.name(index(place.id()))));
            found = names;
        }
        this.present = Topology.empty(broadcastOptions).of(places);
        for (int i = 0; i < options.nodes(); i++) {
            Node node = new Node(places.get(i), regions[i], present);
            nodes.add(node);
            showView(node);
        }
    }

    /** Runs the load and the faults, and waits until all is quiet. */
    DeliveryRecord run() {
        long load = options.changes() * COMMIT_INTERVAL;
        List<Node> victims = new ArrayList<>(nodes);
        Collections.shuffle(victims, random);
        for (int i = 0; i < options.crashes() + options.restarts(); i++) {
            Node victim = victims.get(i);
            boolean returns = i >= options.crashes();
            time.schedule((long) (random.nextDouble() * load), () -> crash(victim, returns));
        }
        for (Node node : nodes.subList(0, options.changes())) {
            time.schedule((long) (random.nextDouble() * load), () -> commit(node));
        }
        time.runUntil(load + NOTICED_AFTER + SETTLE);
        record.finished(load);
        return record;
    }

    /**
     * Every living node asks a random one for all that it lacks, again and again.
     *
     * @return how often it took until nothing was missing anywhere
     */
    int repair() {
        List<Integer> living = new ArrayList<>();
        nodes.stream().filter(node -> node.up).forEach(node -> living.add(node.index()));
        int rounds = 0;
        while (record.isMissingAt(living) && rounds < 100) {
            for (int node : living) {
                record.copy(living.get(random.nextInt(living.size())), node);
            }
            rounds++;
        }
        return rounds;
    }

    private static int index(ActorId id) {
        return (int) id.value().getLeastSignificantBits();
    }

    private void commit(Node node) {
        if (!node.up) {
            return;
        }
        ActorId id = node.place.id();
        Change change = new Change("t", new byte[] {1, 9, 1}, "c", "x".repeat(PAYLOAD_BYTES), 1, 1, id, 1, 0, "0");
        record.committed(node.index(), time.now());
        handle(node, new BroadcastEvent.Committed(new VersionPart(id, 1, 0, 0, true, List.of(change))));
    }

    private void crash(Node node, boolean returns) {
        node.up = false;
        node.run++;
        present = present.without(node.place, this::intern);
        record.down(node.index(), time.now());
        tellOthers(node);
        if (returns) {
            time.schedule(SECOND + (long) (random.nextDouble() * 4 * SECOND), () -> restart(node));
        }
    }

    private void restart(Node node) {
        node.up = true;
        node.run++;
        present = present.with(node.place, this::intern);
        node.view = present;
        node.machine = node.machine();
        node.noticed = new int[nodes.size()];
        for (Node other : nodes) {
            node.noticed[other.index()] = other.run;
        }
        record.up(node.index(), time.now());
        showView(node);
        tellOthers(node);
    }

    private void tellOthers(Node about) {
        int run = about.run;
        for (Node observer : nodes) {
            if (observer != about) {
                long delay = NOTICED_FIRST + (long) (random.nextDouble() * (NOTICED_AFTER - NOTICED_FIRST));
                time.schedule(delay, () -> notice(observer, about, run));
            }
        }
    }

    /** What is newer has priority, as the incarnation has it in membership. */
    private void notice(Node observer, Node about, int run) {
        if (!observer.up) {
            return;
        }
        if (observer.noticed.length == 0) {
            observer.noticed = new int[nodes.size()];
        }
        if (observer.noticed[about.index()] >= run) {
            return;
        }
        observer.noticed[about.index()] = run;
        boolean alive = run % 2 == 0;
        observer.view = alive
                ? observer.view.with(about.place, this::intern)
                : observer.view.without(about.place, this::intern);
        showView(observer);
    }

    private Region intern(Region region) {
        Region known = interned.putIfAbsent(region, region);
        return known == null ? region : known;
    }

    private void showView(Node node) {
        handle(node, new BroadcastEvent.ViewChanged(node.view, node.place.region()));
    }

    private void handle(Node node, BroadcastEvent event) {
        for (BroadcastEffect effect : node.machine.on(event, time.now())) {
            if (effect instanceof BroadcastEffect.Send send) {
                send(node, send);
            } else if (effect instanceof BroadcastEffect.Deliver deliver) {
                delivered(node, deliver);
            } else if (effect instanceof BroadcastEffect.StartTimer timer) {
                int run = node.run;
                time.schedule(timer.delay().toNanos(), () -> {
                    if (node.run == run) {
                        handle(node, new BroadcastEvent.Tick());
                    }
                });
            } else if (effect instanceof BroadcastEffect.FlushSoon) {
                handle(node, new BroadcastEvent.Flush());
            }
        }
    }

    private void delivered(Node node, BroadcastEffect.Deliver deliver) {
        if (deliver.message() instanceof Changes changes) {
            int from = index(deliver.from());
            for (VersionPart part : changes.parts()) {
                record.delivered(index(part.actor()), node.index(), from, time.now());
            }
        }
    }

    private void send(Node from, BroadcastEffect.Send send) {
        Message message = send.message();
        record.sent(from.index(), message, send.to().size());
        for (InetSocketAddress address : send.to()) {
            Node to = nodes.get(address.getPort() - 1);
            if (message instanceof Changes changes) {
                record.carried(changes.parts().size(), map.rttMillis(from.region, to.region));
            }
            if (options.loss() == 0 || random.nextDouble() >= options.loss()) {
                time.schedule(map.delay(from.region, to.region, random), () -> arrive(from, to, message));
            }
        }
    }

    private void arrive(Node from, Node to, Message message) {
        if (to.up) {
            handle(to, new BroadcastEvent.Received(from.place.id(), from.place.address(), message));
        }
    }

    /** What the nodes have found, if they had no regions. */
    Optional<FoundRegions> found() {
        return Optional.ofNullable(found);
    }

    /** How many nodes each region has, for people. */
    String regions() {
        int[] sizes = new int[map.size()];
        nodes.forEach(node -> sizes[node.region]++);
        return map.size() + ", with " + Arrays.stream(sizes).min().orElse(0) + " to "
                + Arrays.stream(sizes).max().orElse(0) + " nodes";
    }
}
