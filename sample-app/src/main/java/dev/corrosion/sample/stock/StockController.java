package dev.corrosion.sample.stock;

import dev.corrosion.spring.CorrosionTemplate;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Reads and writes the copy of this node. All writes may be repeated, here or at another instance. */
@RestController
@RequestMapping("/stock/{item}")
@Profile("stock")
class StockController {

    private static final String SHIP = """
            INSERT INTO shipments (order_id, item, quantity, shipped_by)
            SELECT ?1, ?2, ?3, ?4 WHERE (SELECT on_hand FROM stock WHERE item = ?2) >= ?3
            ON CONFLICT DO NOTHING""";

    private final CorrosionTemplate corrosion;
    private final String self;

    StockController(
            CorrosionTemplate corrosion, @Value("${corrosion.node.name:${spring.application.name}}") String self) {
        this.corrosion = corrosion;
        this.self = self;
    }

    record Quantity(int quantity) {}

    record Level(String item, int onHand, String answeredBy) {}

    record Shipment(String orderId, String item, int quantity, String shippedBy) {}

    record Count(String item, int quantity, String countedBy) {}

    @GetMapping
    Mono<Level> level(@PathVariable String item) {
        return corrosion
                .query(Level.class, "SELECT item, on_hand, ? AS answered_by FROM stock WHERE item = ?", self, item)
                .next()
                .switchIfEmpty(Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no item " + item)));
    }

    /**
     * Ships an order, once. Checked against what this node knows: two nodes may ship the last piece to two customers, since
     * neither asks the other. What must never happen needs a database that decides in one place.
     */
    @PutMapping("/shipments/{order}")
    Mono<Shipment> ship(@PathVariable String item, @PathVariable String order, @RequestBody Quantity wanted) {
        return corrosion
                .execute(SHIP, order, item, wanted.quantity(), self)
                .thenMany(corrosion.query(
                        Shipment.class,
                        "SELECT order_id, item, quantity, shipped_by FROM shipments WHERE order_id = ?",
                        order))
                .next()
                .switchIfEmpty(Mono.error(() -> new ResponseStatusException(
                        HttpStatus.CONFLICT, "there is less than " + wanted.quantity() + " of " + item)));
    }

    @PutMapping("/deliveries/{id}")
    Mono<Level> deliver(@PathVariable String item, @PathVariable String id, @RequestBody Quantity delivered) {
        return corrosion
                .execute(
                        "INSERT INTO deliveries (id, item, quantity) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                        id,
                        item,
                        delivered.quantity())
                .then(level(item));
    }

    /** What somebody counted on the shelf: a row that others may write at the same moment. */
    @PutMapping("/count")
    Mono<Count> count(@PathVariable String item, @RequestBody Quantity counted) {
        return corrosion
                .execute("""
                        INSERT INTO counts (item, quantity, counted_by) VALUES (?, ?, ?)
                        ON CONFLICT (item) DO UPDATE
                        SET quantity = excluded.quantity, counted_by = excluded.counted_by""", item, counted.quantity(), self)
                .thenReturn(new Count(item, counted.quantity(), self));
    }
}
