package dev.corrosion.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.Statement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class AbsentNodeReaperTests {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final MovableClock clock = new MovableClock();
    private FakeCluster cluster;
    private Corrosion there;
    private AbsentNodeReaper reaper;

    @BeforeEach
    void aNodeWithAServiceAndACheck() throws SQLException {
        cluster = new FakeCluster();
        Corrosion here = cluster.join(1, START);
        there = cluster.join(2, START);
        String id = there.actorId().toString();
        // Not by a registry: it would put back what is removed, as a node that lives does.
        cluster.write(Catalogs.instance(there, "orders", "orders:1", 9000));
        cluster.write(Statement.of("INSERT INTO machines (node_id) VALUES (?)", id));
        cluster.write(
                Statement.of("INSERT INTO services (instance_id, service, node_id) VALUES ('mail:1', 'mail', ?)", id));
        cluster.write(
                Statement.of("INSERT INTO checks (instance_id, check_id, node_id) VALUES ('mail:1', 'tcp', ?)", id));
        reaper = new AbsentNodeReaper(here, PATIENCE, clock);
    }

    @AfterEach
    void close() throws SQLException {
        reaper.close();
        cluster.close();
    }

    private List<?> rows() {
        return cluster.query(Statement.of("SELECT node_id FROM services UNION ALL SELECT node_id FROM machines"
                + " UNION ALL SELECT node_id FROM checks"));
    }

    private void pass(Duration time) {
        clock.now = clock.now.plus(time);
        reaper.check();
    }

    @Test
    void rowsOfANodeThatIsGoneForLongAreRemovedWithThoseThatItWroteForOthers() {
        cluster.join(3, START);
        cluster.state(there, Member.State.DOWN);
        reaper.check();
        pass(PATIENCE.minusSeconds(1));
        assertThat(rows()).hasSize(4);

        pass(Duration.ofSeconds(1));

        assertThat(rows()).isEmpty();
    }

    @Test
    void aNodeThatIsAloneWaitsForHoursAndNoLongerOnceSomebodyIsThere() {
        cluster.state(there, Member.State.DOWN);
        reaper.check();
        pass(Duration.ofMinutes(6));
        assertThat(rows()).hasSize(4);

        cluster.join(3, START);
        reaper.check();

        assertThat(rows()).isEmpty();
    }

    @Test
    void nodesThatWereLostTogetherWithHalfOfTheClusterAreWaitedForForHours() {
        cluster.join(3, START);
        Corrosion alsoLost = cluster.join(4, START);
        cluster.state(there, Member.State.DOWN);
        cluster.state(alsoLost, Member.State.DOWN);
        reaper.check();
        pass(Duration.ofHours(5));
        assertThat(rows()).hasSize(4);

        pass(Duration.ofHours(1));

        assertThat(rows()).isEmpty();
    }

    @Test
    void aNodeThatComesBackInTimeKeepsItsRows() {
        cluster.join(3, START);
        cluster.state(there, Member.State.DOWN);
        reaper.check();
        pass(PATIENCE.minusSeconds(1));
        cluster.state(there, Member.State.ALIVE);
        reaper.check();
        cluster.state(there, Member.State.DOWN);

        pass(PATIENCE.minusSeconds(1));

        assertThat(rows()).hasSize(4);
    }

    private static final class MovableClock extends Clock {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
