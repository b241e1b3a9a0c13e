package dev.corrosion.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Member;
import dev.corrosion.Statement;
import dev.corrosion.spring.LiveStreams;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.ServiceInstance;
import reactor.test.StepVerifier;

/** Which instances a caller gets who does not want all of them. */
@NullUnmarked
class SelectionTests {

    private FakeCluster cluster;
    private Corrosion north;
    private Corrosion south;
    private LiveStreams streams;
    private CorrosionDiscovery discovery;

    @BeforeEach
    void ordersInTwoZones() throws SQLException {
        cluster = new FakeCluster();
        north = cluster.join(1, Instant.EPOCH);
        south = cluster.join(2, Instant.EPOCH);
        cluster.join(3, Instant.EPOCH);
        cluster.write(
                Catalogs.instance(north, "orders", "n1", 80),
                Catalogs.set("n1", "zone = 'north', version = '1.9', tags = '[\"blue\",\"fast\"]', weight = 3"),
                Catalogs.instance(south, "orders", "s1", 80),
                Catalogs.set(
                        "s1", "zone = 'south', version = '2.0', tags = '[\"blue\"]', metadata = '{\"team\":\"a\"}'"),
                Catalogs.instance(south, "orders", "s2", 80),
                Catalogs.set("s2", "zone = 'south', version = '2.1', service_group = 'g', secure = 1"));
        streams = new LiveStreams();
        discovery = new CorrosionDiscovery(north, streams);
    }

    @AfterEach
    void close() throws SQLException {
        discovery.close();
        cluster.close();
    }

    private static List<String> ids(List<? extends ServiceInstance> instances) {
        return instances.stream().map(ServiceInstance::getInstanceId).toList();
    }

    private List<String> ids(InstanceFilter filter) {
        return ids(discovery.instances("orders", filter));
    }

    @Test
    void byTagMetadataZoneAndVersion() {
        assertThat(ids(InstanceFilter.tag("blue"))).containsExactly("n1", "s1");
        assertThat(ids(InstanceFilter.tags(List.of("blue", "fast")))).containsExactly("n1");
        assertThat(ids(InstanceFilter.metadata("team", "a"))).containsExactly("s1");
        assertThat(ids(InstanceFilter.zone("SOUTH"))).containsExactly("s1", "s2");
        assertThat(ids(InstanceFilter.version("2.1"))).containsExactly("s2");
        assertThat(ids(InstanceFilter.zone("south")
                        .and(InstanceFilter.tag("blue").negate())))
                .containsExactly("s2");
        assertThat(ids(InstanceFilter.version("2.1").or(InstanceFilter.version("1.9"))))
                .containsExactly("n1", "s2");
    }

    @Test
    void theBestOfThoseThatAreWanted() {
        cluster.state(south, Member.State.SUSPECT);

        assertThat(ids(discovery.instances("orders"))).containsExactly("n1");
        assertThat(ids(InstanceFilter.zone("south"))).containsExactly("s1", "s2");
        assertThat(ids(InstanceFilter.tag("blue"))).containsExactly("n1");
    }

    @Test
    void columnsAreInTheMetadataWhereSpringLooksForThem() {
        CorrosionServiceInstance instance =
                (CorrosionServiceInstance) discovery.instances("orders").get(0);
        assertThat(instance.getMetadata())
                .containsOnly(
                        entry("zone", "north"),
                        entry("version", "1.9"),
                        entry("tags", "blue,fast"),
                        entry("weight", "3"),
                        entry("secure", "false"));
        assertThat(discovery.instances("orders").get(2).getMetadata())
                .contains(entry("group", "g"), entry("secure", "true"), entry("weight", "1"));

        cluster.state(north, Member.State.SUSPECT);
        cluster.state(south, Member.State.SUSPECT);

        assertThat(((CorrosionServiceInstance) discovery.instances("orders").get(0)).getMetadata())
                .containsEntry("standing", "SUSPECT");
    }

    @Test
    void theViewOfTheHealthyHasTheColumnsOfAll() {
        String columns = "SELECT group_concat(name) AS names FROM pragma_table_info(?)";
        assertThat(cluster.query(Statement.of(columns, "healthy_instances")))
                .isEqualTo(cluster.query(Statement.of(columns, "service_instances")));
    }

    @Test
    void byACondition() {
        InstanceQuery query = InstanceQuery.where("service = ? AND version >= ? -- canaries", "orders", "2");
        assertThat(ids(discovery.instances(query))).containsExactly("s1", "s2");
        assertThat(discovery.instances(query))
                .isEqualTo(discovery.instances("orders").subList(1, 3));
    }

    @Test
    void byAnyQueryAndInItsOrder() {
        cluster.write(Statement.of(
                "INSERT INTO machines (node_id, region) VALUES (?, 'eu')",
                south.actorId().toString()));
        InstanceQuery query = InstanceQuery.select("SELECT h.* FROM healthy_instances h JOIN machines USING (node_id)"
                + " WHERE region = 'eu' ORDER BY h.version DESC");

        StepVerifier.create(discovery.watch(query).map(SelectionTests::ids))
                .expectNext(List.of("s2", "s1"))
                .then(() -> cluster.write(Catalogs.set("s1", "version = '3'")))
                .expectNext(List.of("s1", "s2"))
                .then(() -> cluster.state(south, Member.State.LEFT))
                .expectNext(List.of())
                .then(streams::stop)
                .verifyComplete();
    }

    @Test
    void aQueryThatDoesNotSelectAllColumnsIsToldWhatItHasToSelect() {
        assertThatExceptionOfType(CorrosionException.class)
                .isThrownBy(() -> discovery.instances(InstanceQuery.select("SELECT host FROM services")))
                .withMessageContaining("must select all columns of healthy_instances");
    }

    @Test
    void watchesWhatAFilterAccepts() {
        StepVerifier.create(
                        discovery.watch("orders", InstanceFilter.zone("south")).map(SelectionTests::ids))
                .expectNext(List.of("s1", "s2"))
                .then(() -> cluster.write(Catalogs.set("n1", "version = '7'")))
                .then(() -> cluster.write(Catalogs.set("s2", "zone = 'north'")))
                .expectNext(List.of("s1"))
                .thenCancel()
                .verify();
    }

    @Test
    void queryTagsOfTheConfigurationAreAskedOfEachInstance() {
        DiscoveryOptions options =
                DiscoveryOptions.of("default", false, List.of("none"), Map.of("orders", List.of("blue", "fast")));
        cluster.write(Catalogs.instance(north, "mail", "m1", 25));
        try (CorrosionDiscovery tagged = new CorrosionDiscovery(north, streams, options)) {
            assertThat(ids(tagged.instances("orders"))).containsExactly("n1");
            assertThat(tagged.instances("mail")).isEmpty();
            assertThat(tagged.services()).containsExactly("orders");
            cluster.write(Catalogs.set("m1", "tags = '[\"none\"]'"));
            assertThat(ids(tagged.instances("mail"))).containsExactly("m1");
        }
    }

    @Test
    void anotherNamespaceIsAnotherWorld() {
        DiscoveryOptions options = DiscoveryOptions.of("blue", false, List.of(), Map.of());
        try (CorrosionDiscovery blue = new CorrosionDiscovery(north, streams, options)) {
            assertThat(blue.services()).isEmpty();
            cluster.write(Catalogs.set("s1", "namespace = 'blue'"));
            assertThat(ids(blue.instances("orders"))).containsExactly("s1");
            assertThat(ids(discovery.instances("orders"))).containsExactly("n1", "s2");
            assertThat(ids(blue.instances(InstanceQuery.where("1")))).containsExactly("s1");
        }
    }

    @Test
    void whoeverWantsToSeeTheUnhealthyGetsAllEachWithItsStandingAndStatus() {
        DiscoveryOptions options = DiscoveryOptions.of("default", true, List.of(), Map.of());
        cluster.write(Catalogs.set("s1", "status = 'OUT_OF_SERVICE'"));
        cluster.state(north, Member.State.SUSPECT);
        try (CorrosionDiscovery all = new CorrosionDiscovery(north, streams, options)) {
            assertThat(all.instances("orders"))
                    .extracting(i -> ((CorrosionServiceInstance) i).getStanding() + " "
                            + ((CorrosionServiceInstance) i).getStatus())
                    .containsExactly("SUSPECT UP", "OUT OUT_OF_SERVICE", "UP UP");
        }
    }
}
