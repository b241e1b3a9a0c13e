package dev.corrosion.test.example;

import dev.corrosion.Statement;
import dev.corrosion.WriteResult;
import dev.corrosion.spring.CorrosionTemplate;
import java.util.List;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

@Repository
public class Stock {

    public record Entry(String item, long amount, List<String> tags) {}

    private final CorrosionTemplate corrosion;

    Stock(CorrosionTemplate corrosion) {
        this.corrosion = corrosion;
    }

    public Mono<WriteResult> put(Entry entry) {
        return corrosion.execute(Statement.of(
                "INSERT OR REPLACE INTO stock VALUES (?, ?, ?)", entry.item(), entry.amount(), entry.tags()));
    }

    public Mono<Entry> find(String item) {
        return corrosion.queryOne(Entry.class, "SELECT item, amount, tags FROM stock WHERE item = ?", item);
    }
}
