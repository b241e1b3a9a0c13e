package dev.corrosion.sample.page;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.LiveStreams;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** One stream with all that moves on the page, as browsers keep few connections to a server; and what its buttons do. */
@RestController
@RequestMapping("/api")
class PageController {

    private static final Duration ROUND_TRIP_INTERVAL = Duration.ofSeconds(2);

    private static final String NODES =
            "SELECT id, name, region, state, host || ':' || port AS address FROM corrosion_members ORDER BY name, id";

    private static final String INSTANCES = """
            SELECT i.instance_id, i.service, m.name, i.host || ':' || i.port AS address, i.standing, i.zone
            FROM service_instances i LEFT JOIN corrosion_members m ON m.id = i.node_id
            WHERE i.port > 0 ORDER BY i.service, address""";

    private static final String STOCK = """
            SELECT s.item, s.on_hand, c.quantity AS counted, c.counted_by
            FROM stock s LEFT JOIN counts c ON c.item = s.item ORDER BY s.item""";

    private static final String ORDERS = """
            SELECT o.id, o.item, o.quantity, o.taken_by, s.shipped_by
            FROM orders o JOIN shipments s ON s.order_id = o.id ORDER BY o.placed_at DESC, o.id LIMIT 5""";

    private final CorrosionTemplate corrosion;
    private final LiveStreams liveStreams;
    private final Pulses pulses;
    private final CountRace race;

    PageController(CorrosionTemplate corrosion, LiveStreams liveStreams, Pulses pulses, CountRace race) {
        this.corrosion = corrosion;
        this.liveStreams = liveStreams;
        this.pulses = pulses;
        this.race = race;
    }

    record NodeRow(String id, String name, String region, String state, String address) {}

    record InstanceRow(
            String instanceId, String service, @Nullable String name, String address, String standing, String zone) {}

    record StockRow(
            String item,
            int onHand,
            @Nullable Integer counted,
            @Nullable String countedBy) {}

    record OrderRow(String id, String item, int quantity, String takenBy, String shippedBy) {}

    record Sent(String pulse) {}

    @GetMapping(path = "/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> live() {
        return liveStreams.untilStop(Flux.merge(
                rows("nodes", NodeRow.class, NODES),
                rows("instances", InstanceRow.class, INSTANCES),
                rows("stock", StockRow.class, STOCK),
                rows("orders", OrderRow.class, ORDERS),
                roundTrips(),
                pulses.answers().map(answer -> event("answer", answer))));
    }

    @PostMapping("/pulses")
    Mono<Sent> pulse() {
        return pulses.send().map(Sent::new);
    }

    @PostMapping("/races/{item}")
    Flux<CountRace.Count> race(@PathVariable String item) {
        return race.run(item);
    }

    private <T> Flux<ServerSentEvent<Object>> rows(String name, Class<T> type, String sql) {
        return corrosion.live(type, sql).map(rows -> event(name, rows));
    }

    /** As QUIC has measured them, in milliseconds by node. */
    private Flux<ServerSentEvent<Object>> roundTrips() {
        Corrosion node = corrosion.corrosion();
        return Flux.interval(Duration.ZERO, ROUND_TRIP_INTERVAL)
                .onBackpressureDrop()
                .publishOn(Schedulers.boundedElastic(), 1)
                .map(tick -> {
                    Map<String, Double> millis = new TreeMap<>();
                    node.status().activity().links().forEach((id, link) -> link.roundTrip()
                            .ifPresent(time -> millis.put(
                                    id.toString(), time.toNanos() / (double) TimeUnit.MILLISECONDS.toNanos(1))));
                    return event("roundTrips", millis);
                });
    }

    private static ServerSentEvent<Object> event(String name, Object data) {
        return ServerSentEvent.builder(data).event(name).build();
    }
}
