package dev.corrosion.simulation;

import dev.corrosion.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Compares what two nodes have. */
final class Rows {

    /** How many differences are shown. */
    private static final int SHOWN = 3;

    private Rows() {}

    static void requireSame(NodeRun one, NodeRun other, String query) {
        List<Row> here = one.node().query(query);
        List<Row> there = other.node().query(query);
        if (!here.equals(there)) {
            throw new AssertionError(query + ": only " + one.machine() + " has " + minus(here, there) + ", only "
                    + other.machine() + " has " + minus(there, here));
        }
    }

    private static String minus(List<Row> rows, List<Row> others) {
        List<Row> left = new ArrayList<>(rows);
        left.removeAll(new HashSet<>(others));
        return left.size() + " rows: " + left.subList(0, Math.min(SHOWN, left.size()));
    }
}
