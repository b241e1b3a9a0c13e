package dev.corrosion.sample.stock;

import dev.corrosion.Statement;
import dev.corrosion.spring.CorrosionTemplate;
import java.util.List;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Something to sell. Every stock node writes the same rows; as their keys are fixed, they merge into one set. */
@Component
@Profile("stock")
class OpeningStock implements ApplicationRunner {

    private static final List<String> ITEMS = List.of("cocoa", "coffee", "tea");
    private static final int QUANTITY = 1000;

    private final CorrosionTemplate corrosion;

    OpeningStock(CorrosionTemplate corrosion) {
        this.corrosion = corrosion;
    }

    @Override
    public void run(ApplicationArguments args) {
        List<Statement> rows = ITEMS.stream()
                .map(item -> Statement.of(
                        "INSERT INTO deliveries (id, item, quantity) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                        "opening " + item,
                        item,
                        QUANTITY))
                .toList();
        corrosion.execute(rows).block();
    }
}
