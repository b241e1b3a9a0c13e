package dev.corrosion.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The safety valve, by its examples in the documentation. */
class NodeStandingsTests {

    private static final List<String> COLUMNS = List.of("id", "state", "started_at", "since");

    private final List<Row> members = new ArrayList<>();

    private void member(String id, String state, long since) {
        members.add(Row.of(COLUMNS, id, state, 0L, since));
    }

    private Standing standing(String id) {
        return NodeStandings.of(members).of(id, 0L);
    }

    @Test
    void oneOfThreeThatIsLostIsOut() {
        member("a", "ALIVE", 0);
        member("b", "ALIVE", 0);
        member("c", "DOWN", 1_000_000);
        assertThat(standing("c")).isEqualTo(Standing.OUT);
    }

    @Test
    void thoseThatAreLostTogetherAreKeptIfTheyAreAsManyAsAreLeft() {
        member("a", "ALIVE", 0);
        member("b", "SUSPECT", 0);
        member("c", "DOWN", 1_000_000);
        member("d", "DOWN", 1_060_000);
        assertThat(standing("b")).isEqualTo(Standing.SUSPECT);
        assertThat(standing("c")).isEqualTo(Standing.KEPT);
        assertThat(standing("d")).isEqualTo(Standing.KEPT);
    }

    @Test
    void thoseThatAreLostOneAfterTheOtherAreOut() {
        member("a", "ALIVE", 0);
        member("b", "ALIVE", 0);
        member("c", "DOWN", 1_000_000);
        member("d", "DOWN", 1_060_001);
        assertThat(standing("c")).isEqualTo(Standing.OUT);
        assertThat(standing("d")).isEqualTo(Standing.OUT);
    }

    @Test
    void whoLeftIsOutAndDoesNotCount() {
        member("a", "ALIVE", 0);
        member("b", "ALIVE", 0);
        member("c", "DOWN", 1_000_000);
        member("d", "LEFT", 1_000_000);
        assertThat(standing("c")).isEqualTo(Standing.OUT);
        assertThat(standing("d")).isEqualTo(Standing.OUT);
    }

    @Test
    void whoIsNotKnownIsKeptOnlyBySomebodyWhoIsAlone() {
        member("a", "ALIVE", 0);
        assertThat(standing("z")).isEqualTo(Standing.KEPT);
        member("b", "SUSPECT", 0);
        assertThat(standing("z")).isEqualTo(Standing.OUT);
    }
}
