package dev.corrosion.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.PackedKey;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.query.WrittenRow;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WrittenRowsTest {

    private static final ReplicatedTable TABLE = new ReplicatedTable(
            1, "Services", List.of("id"), List.of(), List.of("Name", "port"), List.of(0, 1), Set.of(), false);

    private final WrittenRows rows = new WrittenRows(List.of(TABLE));

    @Test
    void aRowOfWhichOnlySomeColumnsChangedWasThereBefore() {
        assertThat(rows.add(List.of(change("port", 80L, 1)))).isTrue();

        assertThat(rows.rows())
                .containsExactly(new WrittenRow(
                        "services", List.of("a"), Set.of("port"), Map.of("id", "a", "port", 80L), false));
    }

    @Test
    void aRowOfWhichAllColumnsChangedMayBeNew() {
        rows.add(List.of(change("Name", "x", 1), change("port", 80L, 1)));

        assertThat(rows.rows())
                .containsExactly(new WrittenRow(
                        "services", List.of("a"), null, Map.of("id", "a", "name", "x", "port", 80L), false));
    }

    @Test
    void aRowThatReturnedIsNotTakenForOneThatStayed() {
        rows.add(List.of(change(Change.SENTINEL, null, 3), change("port", 80L, 3)));

        assertThat(rows.rows())
                .containsExactly(new WrittenRow("services", List.of("a"), null, Map.of("id", "a", "port", 80L), false));
    }

    @Test
    void aRowThatWentIsGone() {
        rows.add(List.of(change(Change.SENTINEL, null, 2)));

        assertThat(rows.rows())
                .containsExactly(new WrittenRow("services", List.of("a"), null, Map.of("id", "a"), true));
        assertThat(rows.changed().tables()).containsExactly("services");
    }

    @Test
    void aTableThatIsNotKnownIsNotSkipped() {
        assertThat(new WrittenRows(List.of()).add(List.of(change("port", 80L, 1))))
                .isFalse();
    }

    private static Change change(String column, @Nullable Object value, long cl) {
        return new Change(
                "Services", PackedKey.pack(List.of("a")), column, value, 1, 1, new ActorId(new UUID(0, 1)), cl, 0, "0");
    }
}
