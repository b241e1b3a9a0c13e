package dev.corrosion.test.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.test.TestCluster;
import dev.corrosion.test.autoconfigure.AutoConfigureCorrosion;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest
@AutoConfigureCorrosion(nodes = 3)
class ShopTest {

    @Autowired
    Stock stock;

    @Autowired
    TestCluster cluster;

    @Test
    void aShopThatIsCutOffGoesOnAndTheOthersHearOfItLater() {
        cluster.isolate(cluster.application());

        stock.put(new Stock.Entry("apples", 7, List.of("fruit"))).block();

        assertThat(cluster.node(1).query("SELECT * FROM stock")).isEmpty();

        cluster.heal();
        cluster.awaitConverged(Duration.ofSeconds(10));

        assertThat(cluster.node(1).query("SELECT amount FROM stock WHERE item = ?", "apples"))
                .singleElement()
                .satisfies(row -> assertThat(row.getLong("amount")).isEqualTo(7));
    }
}
