package dev.corrosion.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The rows that are written: made beforehand, the same in every run. */
final class Rows {

    private static final long SEED = 42;

    private final List<Row> rows;
    private final List<Row> shuffled;

    /** One row of the table. */
    record Row(String id, String name, String addr, long port, String meta) {}

    Rows(int count) {
        this(make(count));
    }

    private Rows(List<Row> rows) {
        this.rows = rows;
        this.shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, new Random(SEED));
    }

    private static List<Row> make(int count) {
        List<Row> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rows.add(new Row(
                    String.format("service-%08d", i),
                    "web-" + i % 100,
                    "10." + (i >> 16) + "." + (i >> 8 & 0xff) + "." + (i & 0xff),
                    8000 + i % 1000,
                    "{\"zone\":\"eu-" + i % 3 + "\",\"version\":\"1.4." + i % 10 + "\"}"));
        }
        return rows;
    }

    /** The rows from one, inclusive, to another, exclusive, in the order of their keys. */
    Rows part(int from, int to) {
        return new Rows(rows.subList(from, to));
    }

    /** In the order of their keys. */
    List<Row> all() {
        return rows;
    }

    /** In no order, but in the same one each time. */
    List<Row> shuffled() {
        return shuffled;
    }

    int size() {
        return rows.size();
    }
}
