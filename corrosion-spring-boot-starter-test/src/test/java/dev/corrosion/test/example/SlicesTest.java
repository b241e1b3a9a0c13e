package dev.corrosion.test.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.test.TestCluster;
import dev.corrosion.test.autoconfigure.AutoConfigureCorrosion;
import dev.corrosion.test.autoconfigure.CorrosionTest;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webflux.test.autoconfigure.WebFluxTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.DispatcherHandler;

class SlicesTest {

    @Nested
    @WebFluxTest
    class OfTheWeb {

        @MockitoBean
        Stock stock;

        @Test
        void startNoNode(@Autowired ApplicationContext context) {
            assertThat(context.getBeanNamesForType(Corrosion.class)).isEmpty();
            assertThat(context.getBeanNamesForType(TestCluster.class)).isEmpty();
        }
    }

    @Nested
    @WebFluxTest
    @AutoConfigureCorrosion
    @Import(Stock.class)
    class OfTheWebWithANode {

        @Test
        void haveWhatTheTablesSay(@Autowired WebTestClient client, @Autowired Stock stock) {
            stock.put(new Stock.Entry("plums", 5, List.of())).block();
            client.get()
                    .uri("/stock/plums")
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.amount")
                    .isEqualTo(5);
        }
    }

    @Nested
    @CorrosionTest(nodes = 2)
    class OfTheTables {

        @Test
        void haveNothingElseOfTheApplication(@Autowired ApplicationContext context, @Autowired TestCluster cluster) {
            assertThat(context.getBeanNamesForType(CorrosionTemplate.class)).hasSize(1);
            assertThat(context.getBeanNamesForType(Stock.class)).isEmpty();
            assertThat(context.getBeanNamesForType(StockController.class)).isEmpty();
            assertThat(context.getBeanNamesForType(DispatcherHandler.class)).isEmpty();
            assertThat(cluster.nodes()).hasSize(2);
        }
    }
}
