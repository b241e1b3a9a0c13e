package dev.corrosion.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartialVersionsTest {

    private static final ActorId ACTOR = new ActorId(new UUID(1, 2));

    private final Connection connection;

    PartialVersionsTest() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        PartialVersions.createTable(connection);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void isWholeWhenTheLastHoleIsFilledInWhateverOrder() throws SQLException {
        add(7, 10, 19, false);
        assertThat(isWhole(7)).isFalse();
        add(7, 20, 29, true);
        assertThat(isWhole(7)).isFalse();
        add(7, 0, 8, false);
        assertThat(isWhole(7)).isFalse();
        add(7, 9, 9, false);
        assertThat(isWhole(7)).isTrue();
        assertThat(read(7)).containsExactly("0-8", "9-9", "10-19", "20-29");
    }

    @Test
    void isNotWholeWithoutThePartThatIsMarkedAsTheLast() throws SQLException {
        add(7, 0, 99, false);
        assertThat(isWhole(7)).isFalse();
        add(7, 100, 100, true);
        assertThat(isWhole(7)).isTrue();
    }

    @Test
    void partsOfTwoSendersWhoCutDifferentlyMakeAWhole() throws SQLException {
        // The second sender has seen the end of the version overwritten: for it the version ends at 50.
        add(7, 0, 30, false);
        add(7, 20, 50, true);
        assertThat(isWhole(7)).isTrue();
    }

    @Test
    void versionsAndActorsDoNotMix() throws SQLException {
        add(7, 0, 5, false);
        add(8, 6, 9, true);
        assertThat(isWhole(7)).isFalse();
        assertThat(isWhole(8)).isFalse();
        assertThat(PartialVersions.list(connection)).isEqualTo(Map.of(ACTOR, Map.of(7L, 100L, 8L, 106L)));
        PartialVersions.remove(connection, ACTOR, 1, 7);
        assertThat(PartialVersions.list(connection)).isEqualTo(Map.of(ACTOR, Map.of(8L, 106L)));
    }

    @Test
    void aPartThatComesTwiceCountsOnce() throws SQLException {
        add(7, 0, 5, false);
        add(7, 0, 5, true);
        assertThat(isWhole(7)).isTrue();
        assertThat(read(7)).containsExactly("0-5");
    }

    private void add(long version, long from, long to, boolean last) throws SQLException {
        byte[] bytes = (from + "-" + to).getBytes(StandardCharsets.UTF_8);
        PartialVersions.add(connection, ACTOR, version, from, to, last, 100 + from, bytes);
    }

    private boolean isWhole(long version) throws SQLException {
        return PartialVersions.isWhole(connection, ACTOR, version);
    }

    private List<String> read(long version) throws SQLException {
        List<String> parts = new ArrayList<>();
        PartialVersions.read(connection, ACTOR, version, bytes -> parts.add(new String(bytes, StandardCharsets.UTF_8)));
        return parts;
    }
}
