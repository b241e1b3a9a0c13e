package dev.corrosion.test.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.test.autoconfigure.CorrosionTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

@CorrosionTest
@Import(Stock.class)
class StockTest {

    @Autowired
    Stock stock;

    @Test
    void whatWasPutIsFound() {
        Stock.Entry pears = new Stock.Entry("pears", 3, List.of("fruit", "green"));
        stock.put(pears).block();
        assertThat(stock.find("pears").block()).isEqualTo(pears);
    }
}
