package dev.corrosion.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.RowChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultDiffTest {

    private static final List<String> COLUMNS = List.of("id", "value");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatWasToldWithTheChangesIsTheResult(long seed) {
        Random random = new Random(seed);
        for (List<Integer> keyColumns : List.of(List.<Integer>of(), List.of(0), List.of(0, 1))) {
            ResultDiff diff = new ResultDiff(keyColumns);
            Map<Long, Row> replica = new LinkedHashMap<>();
            diff.snapshot(randomRows(random)).forEach(row -> replica.put(row.rowId(), row.row()));
            long changeId = 0;
            for (int step = 0; step < 200; step++) {
                List<Row> rows = randomRows(random);
                for (RowChange change : diff.changesTo(rows)) {
                    assertThat(change.changeId()).isEqualTo(++changeId);
                    apply(change, replica);
                }
                assertThat(replica.values()).containsExactlyInAnyOrderElementsOf(rows);
                assertThat(diff.size()).isEqualTo(rows.size());
                assertThat(diff.changesTo(rows)).isEmpty();
            }
        }
    }

    @Test
    void aRowOfTheSameKeyIsAnUpdateAndKeepsItsId() {
        ResultDiff diff = new ResultDiff(List.of(0));
        diff.snapshot(List.of(row(1, "a"), row(2, "b"), row(3, "c")));
        assertThat(diff.changesTo(List.of(row(1, "a"), row(2, "x"), row(4, "d"))))
                .containsExactly(
                        new RowChange(SubscriptionEvent.Type.DELETE, 3, row(3, "c"), null, 1),
                        new RowChange(SubscriptionEvent.Type.UPDATE, 2, row(2, "x"), row(2, "b"), 2),
                        new RowChange(SubscriptionEvent.Type.INSERT, 4, row(4, "d"), null, 3));
    }

    @Test
    void anotherOrderOfTheSameRowsIsNoChange() {
        ResultDiff diff = new ResultDiff(List.of(0));
        diff.snapshot(List.of(row(1, "a"), row(2, "b"), row(3, "c")));
        assertThat(diff.changesTo(List.of(row(3, "c"), row(1, "a"), row(2, "b"))))
                .isEmpty();
    }

    private static void apply(RowChange change, Map<Long, Row> replica) {
        switch (change.type()) {
            case INSERT -> assertThat(replica.put(change.rowId(), change.row())).isNull();
            case UPDATE -> assertThat(replica.put(change.rowId(), change.row())).isEqualTo(change.old());
            case DELETE -> assertThat(replica.remove(change.rowId())).isEqualTo(change.row());
        }
    }

    private static List<Row> randomRows(Random random) {
        List<Row> rows = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            rows.add(row(random.nextInt(4), "v" + random.nextInt(2)));
        }
        return rows;
    }

    private static Row row(long id, String value) {
        return Row.of(COLUMNS, id, value);
    }
}
