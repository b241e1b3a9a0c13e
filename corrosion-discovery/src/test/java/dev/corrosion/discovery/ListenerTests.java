package dev.corrosion.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.spring.LiveStreams;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ListenerTests {

    private final List<Integer> heard = new CopyOnWriteArrayList<>();
    private FakeCluster cluster;
    private Corrosion node;
    private CorrosionDiscovery discovery;

    @BeforeEach
    void oneNode() throws SQLException {
        cluster = new FakeCluster();
        node = cluster.join(1, Instant.EPOCH);
        discovery = new CorrosionDiscovery(node, new LiveStreams());
    }

    @AfterEach
    void close() throws SQLException {
        discovery.close();
        cluster.close();
    }

    private void register(int number) {
        cluster.write(Catalogs.instance(node, "orders", "o" + number, 80));
    }

    @Test
    void hearsNowAndOfEachChangeOfItsServiceOnAThreadOfItsOwn() {
        List<String> threads = new CopyOnWriteArrayList<>();
        discovery.addListener("orders", instances -> {
            threads.add(Thread.currentThread().getName());
            heard.add(instances.size());
        });
        await().untilAsserted(() -> assertThat(heard).containsExactly(0));
        cluster.write(Catalogs.instance(node, "mail", "m", 25));
        register(1);

        await().untilAsserted(() -> assertThat(heard).containsExactly(0, 1));
        assertThat(threads).containsOnly("corrosion-discovery-orders");
    }

    @Test
    void oneThatBlocksHoldsUpNobodyAndGetsTheLatest() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        discovery.addListener("orders", instances -> {
            heard.add(instances.size());
            blocked.countDown();
            awaitQuietly(go);
        });
        List<Integer> other = new CopyOnWriteArrayList<>();
        discovery.addListener("orders", instances -> other.add(instances.size()));
        blocked.await();
        for (int i = 1; i <= 5; i++) {
            register(i);
        }
        await().untilAsserted(() -> assertThat(other).contains(5));
        go.countDown();

        await().untilAsserted(() -> assertThat(heard).containsExactly(0, 5));
    }

    @Test
    void oneThatFailsHearsOfTheNextChange() {
        discovery.addListener("orders", instances -> {
            heard.add(instances.size());
            throw new IllegalStateException("no");
        });
        await().untilAsserted(() -> assertThat(heard).containsExactly(0));
        register(1);

        await().untilAsserted(() -> assertThat(heard).containsExactly(0, 1));
    }

    @Test
    void oneThatIsClosedHearsNothingMore() {
        List<Integer> other = new CopyOnWriteArrayList<>();
        CorrosionDiscovery.Listening listening =
                discovery.addListener("orders", InstanceFilter.ANY, instances -> heard.add(instances.size()));
        await().untilAsserted(() -> assertThat(heard).containsExactly(0));
        listening.close();
        listening.close();
        discovery.addListener("orders", instances -> other.add(instances.size()));
        register(1);

        await().untilAsserted(() -> assertThat(other).contains(1));
        assertThat(heard).containsExactly(0);
    }

    @Test
    void thereIsABound() {
        List<CorrosionDiscovery.Listening> all = new ArrayList<>();
        for (int i = 0; i < CorrosionDiscovery.MAX_LISTENERS; i++) {
            all.add(discovery.addListener("orders", instances -> {}));
        }
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> discovery.addListener("orders", instances -> {}))
                .withMessageContaining("close those");
        all.get(0).close();
        discovery.addListener("orders", instances -> heard.add(1));
        await().untilAsserted(() -> assertThat(heard).containsExactly(1));
    }

    @Test
    void anImmediateListenerHasHeardWhenTheWriteThatWasAppliedReturnsAndAFailingOneHarmsNobody() {
        List<String> told = new ArrayList<>();
        discovery.addImmediateListener(event -> {
            throw new IllegalStateException("no");
        });
        CorrosionDiscovery.Listening listening = discovery.addImmediateListener(event -> told.add(
                event.serviceId() + discovery.instances(event.serviceId()).size()));
        register(1);
        assertThat(told).containsExactly("orders1");
        listening.close();
        register(2);
        assertThat(told).hasSize(1);
        assertThat(discovery.instances("orders")).hasSize(2);
    }

    @Test
    void severalChangesOfOneStepAreOneChangeToCallers() {
        List<ServiceChangedEvent> told = new ArrayList<>();
        discovery.addImmediateListener(told::add);
        cluster.together(() -> {
            register(1);
            register(2);
            register(3);
        });
        assertThat(told).singleElement().satisfies(event -> assertThat(event.added())
                .hasSize(3));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
