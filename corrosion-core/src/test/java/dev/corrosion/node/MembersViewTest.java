package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.awaitMembers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Member;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.WriteException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;

class MembersViewTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    private static final Statement ALL = Statement.of("SELECT id, name, region, host, port, state, incarnation,"
            + " started_at, since FROM corrosion_members ORDER BY name");

    private final TestCluster cluster;

    MembersViewTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void aLiveQueryFollowsTheMembersThisNodeAmongThem() {
        Corrosion a = start("a", "fra");
        AtomicReference<Map<String, String>> states = new AtomicReference<>(Map.of());
        Disposable subscription = a.live(ALL)
                .subscribe(rows -> states.set(rows.stream()
                        .collect(Collectors.toMap(
                                row -> row.getString("name") + " in " + row.getString("region"),
                                row -> String.valueOf(row.getString("state"))))));
        await().atMost(SOON).until(() -> Map.of("a in fra", "ALIVE").equals(states.get()));
        Corrosion b = start("b", "nrt");
        await().atMost(SOON)
                .until(() -> Map.of("a in fra", "ALIVE", "b in nrt", "ALIVE").equals(states.get()));
        cluster.stop(b);
        await().atMost(SOON)
                .until(() -> Map.of("a in fra", "ALIVE", "b in nrt", "LEFT").equals(states.get()));
        subscription.dispose();
    }

    @Test
    void theRowsSayWhatMembershipSays() {
        Corrosion a = start("a", "fra");
        Corrosion b = start("b", "");
        awaitMembers(a, 1);
        await().atMost(SOON).until(() -> a.query(ALL).size() == 2);
        List<Row> rows = a.query(ALL);
        assertThat(rows.get(0).getString("id")).isEqualTo(a.actorId().toString());
        Member member = a.status().members().get(0);
        Row row = rows.get(1);
        assertThat(row.getString("id")).isEqualTo(b.actorId().toString());
        assertThat(row.getString("host")).isEqualTo("127.0.0.1");
        assertThat(row.getLong("port")).isEqualTo(member.address().getPort());
        assertThat(row.getLong("incarnation")).isEqualTo(member.incarnation());
        assertThat(row.getLong("started_at")).isEqualTo(member.startedAt().toEpochMilli());
        assertThat(row.getLong("since")).isGreaterThanOrEqualTo(row.getLong("started_at"));
        await().atMost(SOON).until(() -> b.query(ALL).size() == 2);
        assertThat(b.query(Statement.of("SELECT region FROM corrosion_members WHERE name = 'a'"))
                        .get(0)
                        .getString("region"))
                .isEqualTo("fra");
    }

    @Test
    void nobodyWritesTheViewByAccident() {
        Corrosion a = start("a", "");
        assertThatExceptionOfType(WriteException.class)
                .isThrownBy(() -> a.write(Statement.of("DELETE FROM corrosion_members")))
                .withMessageContaining("view");
    }

    @Test
    void aRegionThatIsTooLongOrLooksLikeAFoundOneIsRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(
                        () -> cluster.options("a", null).region("x".repeat(33)).build())
                .withMessageContaining("32 bytes");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> cluster.options("a", null).region("~a").build())
                .withMessageContaining("choose another name");
    }

    @Test
    void otherInternalTablesCannotBeSubscribedTo() {
        Corrosion a = start("a", "");
        assertThatExceptionOfType(CorrosionException.class)
                .isThrownBy(() ->
                        a.live(Statement.of("SELECT * FROM __corrosion_heads")).blockFirst(SOON));
    }

    private Corrosion start(String name, String region) {
        return cluster.start(cluster.options(name, TestCluster.SECRET).region(region));
    }
}
