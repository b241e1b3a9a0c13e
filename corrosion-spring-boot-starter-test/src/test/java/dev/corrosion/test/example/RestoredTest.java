package dev.corrosion.test.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.test.TestCluster;
import dev.corrosion.test.TestNode;
import dev.corrosion.test.autoconfigure.AutoConfigureCorrosion;
import java.time.Duration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest
@AutoConfigureCorrosion(nodes = 3)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestoredTest {

    @Autowired
    TestCluster cluster;

    @Test
    @Order(1)
    void whatOneTestBreaks() {
        cluster.kill(cluster.node(2));
        cluster.isolate(cluster.application());
    }

    @Test
    @Order(2)
    void isWholeForTheNext() {
        assertThat(cluster.nodes()).allMatch(TestNode::isRunning);
        cluster.application().write("INSERT INTO stock VALUES ('cherries', 1, NULL)");
        cluster.awaitConverged(Duration.ofSeconds(15));
    }
}
