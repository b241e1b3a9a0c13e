package dev.corrosion.discovery;

import static dev.corrosion.discovery.registration.Registrations.registration;
import static dev.corrosion.discovery.registration.Registrations.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Member;
import dev.corrosion.Statement;
import dev.corrosion.discovery.registration.CorrosionServiceRegistry;
import dev.corrosion.spring.LiveStreams;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.ServiceInstance;
import reactor.test.StepVerifier;

@NullUnmarked
class CorrosionDiscoveryTests {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private FakeCluster cluster;
    private Corrosion here;
    private Corrosion there;
    private Corrosion bystander;
    private CorrosionServiceRegistry registryThere;
    private LiveStreams liveStreams;
    private CorrosionDiscovery discovery;

    @BeforeEach
    void threeNodesOfWhichTheSecondOffersOrders() throws SQLException {
        cluster = new FakeCluster();
        here = cluster.join(1, START);
        there = cluster.join(2, START);
        bystander = cluster.join(3, START);
        registryThere = registry(there);
        registryThere.register(registration(there, "orders", 9000));
        liveStreams = new LiveStreams();
        discovery = new CorrosionDiscovery(here, liveStreams);
    }

    @AfterEach
    void close() throws SQLException {
        discovery.close();
        registryThere.close();
        cluster.close();
    }

    private List<ServiceInstance> orders() {
        return new CorrosionDiscoveryClient(discovery, 0).getInstances("orders");
    }

    @Test
    void answersFromTheBeginningWithAllThatWasRegistered() {
        assertThat(orders()).singleElement().satisfies(instance -> {
            assertThat(instance.getUri()).hasToString("http://127.0.0.1:9000");
            assertThat(instance.getMetadata()).containsEntry("zone", "z\"1");
            assertThat(instance.getInstanceId())
                    .isEqualTo("orders:" + there.actorId().shortId() + ":9000");
        });
        assertThat(new CorrosionDiscoveryClient(discovery, 0).getServices()).containsExactly("orders");
    }

    @Test
    void leavesOutInstancesWhoseNodeIsDownOrHasLeftButNotASuspect() {
        cluster.state(there, Member.State.SUSPECT);
        assertThat(orders()).hasSize(1);
        cluster.state(there, Member.State.DOWN);
        assertThat(orders()).isEmpty();
        cluster.state(there, Member.State.ALIVE);
        assertThat(orders()).hasSize(1);
        cluster.state(there, Member.State.LEFT);
        assertThat(orders()).isEmpty();
    }

    @Test
    void neverReturnsARowThatARestartedNodeHasNotWrittenAgain() {
        var client = new CorrosionDiscoveryClient(discovery, 0);
        cluster.write(Catalogs.instance(cluster.join(4, START), "mail", "mail:1", 25));
        assertThat(client.getInstances("mail")).hasSize(1);
        Corrosion restarted = cluster.join(4, START.plusSeconds(60));
        assertThat(client.getInstances("mail")).isEmpty();

        cluster.write(Catalogs.instance(restarted, "mail", "mail:2", 26));

        assertThat(client.getInstances("mail"))
                .extracting(ServiceInstance::getPort)
                .containsExactly(26);
    }

    @Test
    void aRestartedNodeRemovesItsOwnRowsOfTheRunBefore() {
        cluster.write(Catalogs.instance(cluster.join(4, START), "mail", "mail:1", 25));

        registry(cluster.join(4, START.plusSeconds(60))).close();

        assertThat(cluster.query(Statement.of("SELECT * FROM services WHERE service = 'mail'")))
                .isEmpty();
    }

    @Test
    void aloneAfterARestartItStillAnswersFromItsCopy() {
        cluster.forget(there);
        assertThat(orders()).isEmpty();

        cluster.forget(bystander);

        assertThat(orders()).hasSize(1);
    }

    @Test
    void anInstanceWithoutAPortIsNotHandedToCallers() {
        registryThere.register(registration(there, "worker", 0));

        assertThat(new CorrosionDiscoveryClient(discovery, 0).getInstances("worker"))
                .isEmpty();
        assertThat(cluster.query(Statement.of("SELECT * FROM services WHERE service = 'worker'")))
                .hasSize(1);
    }

    @Test
    void followsStatus() {
        registryThere.setStatus(registration(there, "orders", 9000), "OUT_OF_SERVICE");
        assertThat(orders()).isEmpty();
        registryThere.setStatus(registration(there, "orders", 9000), "UP");
        assertThat(orders()).hasSize(1);
    }

    @Test
    void watchEmitsNowAndOnEachChangeOfThatServiceAndEndsWithTheApplication() {
        StepVerifier.create(discovery.watch("orders").map(List::size))
                .expectNext(1)
                .then(() -> registryThere.register(registration(there, "payments", 9001)))
                .then(() -> registryThere.register(registration(there, "orders", 9002)))
                .expectNext(2)
                .then(() -> cluster.state(there, Member.State.DOWN))
                .expectNext(0)
                .then(liveStreams::stop)
                .verifyComplete();
    }

    @Test
    void changesTellWhatCameWentAndChanged() {
        StepVerifier.create(discovery.changes())
                .assertNext(event -> assertThat(event.added()).hasSize(1))
                .then(() -> cluster.write(Statement.of("UPDATE services SET host = 'elsewhere'")))
                .assertNext(event -> assertThat(event.updated())
                        .extracting(ServiceInstance::getHost)
                        .containsExactly("elsewhere"))
                .then(() -> registryThere.deregister(registration(there, "orders", 9000)))
                .assertNext(event -> {
                    assertThat(event.removed()).hasSize(1);
                    assertThat(event.instances()).isEmpty();
                })
                .thenCancel()
                .verify();
    }

    @Test
    void theReactiveClientIsColdAndFinite() {
        var instances = new CorrosionReactiveDiscoveryClient(discovery, 0).getInstances("orders");
        registryThere.deregister(registration(there, "orders", 9000));

        StepVerifier.create(instances).verifyComplete();
    }

    @Test
    void keepsTheLastSnapshotWhenTheFeedFailsAndSaysSoInItsProbe() {
        var client = new CorrosionDiscoveryClient(discovery, 0);
        client.probe();

        cluster.failFeeds(new CorrosionException("the disk is gone"));

        assertThatExceptionOfType(CorrosionException.class)
                .isThrownBy(client::probe)
                .withMessageContaining("the disk is gone");
        StepVerifier.create(new CorrosionReactiveDiscoveryClient(discovery, 0).reactiveProbe())
                .verifyError(CorrosionException.class);
        assertThat(orders()).hasSize(1);
        cluster.failFeeds(null);
        await().ignoreExceptions().untilAsserted(client::probe);
    }

    @Test
    void keepsTheLastSnapshotWhileTheNodeIsStoppedAndGoesOnWithTheNext() {
        var client = new CorrosionDiscoveryClient(discovery, 0);

        cluster.stop();
        cluster.write(Statement.of("UPDATE services SET port = 9999"));

        assertThatExceptionOfType(CorrosionException.class)
                .isThrownBy(client::probe)
                .withMessageContaining("the node is stopped");
        assertThat(orders()).extracting(ServiceInstance::getPort).containsExactly(9000);

        cluster.start();

        assertThat(orders()).extracting(ServiceInstance::getPort).containsExactly(9999);
        client.probe();
        cluster.write(Statement.of("UPDATE services SET port = 9998"));
        assertThat(orders()).extracting(ServiceInstance::getPort).containsExactly(9998);
    }

    @Test
    void aRowThatIsNoInstanceDoesNotHideTheOthers() {
        cluster.write(Statement.of("INSERT INTO services (instance_id, service, metadata, status)"
                + " VALUES ('broken', 'orders', 'not json', 'UP')"));

        assertThat(orders()).hasSize(1);
    }
}
