package dev.corrosion.sample.orders;

import dev.corrosion.spring.CorrosionTemplate;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Takes orders, and has the stock service ship them. */
@RestController
@RequestMapping("/orders")
@Profile("orders")
class OrderController {

    private final CorrosionTemplate corrosion;
    private final StockClient stock;
    private final WebClient http;
    private final String self;

    OrderController(
            CorrosionTemplate corrosion,
            StockClient stock,
            WebClient.Builder loadBalanced,
            @Value("${corrosion.node.name:${spring.application.name}}") String self) {
        this.corrosion = corrosion;
        this.stock = stock;
        this.http = loadBalanced.build();
        this.self = self;
    }

    record Wanted(String item, int quantity) {}

    record Order(String id, String item, int quantity, String takenBy, String shippedBy) {}

    record Shipment(String shippedBy) {}

    /** The latest orders, from the copy of this node, whichever node took them. */
    @GetMapping
    Flux<Order> latest() {
        return corrosion.query(Order.class, """
                SELECT id, o.item, o.quantity, taken_by, shipped_by FROM orders o JOIN shipments ON order_id = id
                ORDER BY placed_at DESC, id LIMIT 50""");
    }

    /** What the stock service says, by OpenFeign. Its call blocks, so it is made on a thread that may. */
    @GetMapping("/availability/{item}")
    Mono<StockClient.Level> availability(@PathVariable String item) {
        return Mono.fromCallable(() -> stock.level(item)).subscribeOn(Schedulers.boundedElastic());
    }

    /** The caller chooses the id: sent twice, it is one order. */
    @PutMapping("/{id}")
    Mono<Order> place(@PathVariable String id, @RequestBody Wanted wanted) {
        if (wanted.quantity() < 1) {
            return Mono.error(new ResponseStatusException(HttpStatus.BAD_REQUEST, "order one piece or more"));
        }
        return ship(id, wanted).flatMap(shipment -> corrosion
                .execute(
                        "INSERT INTO orders (id, item, quantity, taken_by, placed_at) VALUES (?, ?, ?, ?, ?)"
                                + " ON CONFLICT DO NOTHING",
                        id,
                        wanted.item(),
                        wanted.quantity(),
                        self,
                        System.currentTimeMillis())
                .thenReturn(new Order(id, wanted.item(), wanted.quantity(), self, shipment.shippedBy())));
    }

    private Mono<Shipment> ship(String id, Wanted wanted) {
        return http.put()
                .uri("http://stock/stock/{item}/shipments/{order}", wanted.item(), id)
                .bodyValue(wanted)
                .retrieve()
                .onStatus(HttpStatusCode::is4xxClientError, answer -> answer.bodyToMono(ProblemDetail.class)
                        .map(problem -> new ResponseStatusException(answer.statusCode(), problem.getDetail())))
                .bodyToMono(Shipment.class);
    }
}
