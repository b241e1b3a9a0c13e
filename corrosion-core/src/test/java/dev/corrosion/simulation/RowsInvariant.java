package dev.corrosion.simulation;

import dev.corrosion.Row;
import java.util.List;

/**
 * I3: nobody sees a part of a transaction (the rows of a group are written together, with one token, and deleted together),
 * and a row is there if and only if its record says that it lives.
 */
final class RowsInvariant implements Invariant {

    private static final String TORN =
            "SELECT grp, count(*) AS rows, min(token) AS a, max(token) AS b FROM pair GROUP BY grp"
                    + " HAVING count(*) <> " + Workload.PARTS + " OR min(token) IS NOT max(token)";

    private static final String LIVING =
            "SELECT (SELECT count(DISTINCT pk) FROM corrosion_changes WHERE \"table\" = 'tag'"
                    + " AND cl % 2 = 1) - (SELECT count(*) FROM tag) AS difference";

    /** One commit in so many is looked at for the records, which costs more. */
    private static final int EVERY = 10;

    private int commits;

    @Override
    public void committed(NodeRun process) {
        List<Row> torn = process.node().query(TORN);
        if (!torn.isEmpty()) {
            throw new AssertionError(process.machine() + " shows a part of a transaction: " + torn);
        }
        if (commits++ % EVERY == 0) {
            long difference = process.node().query(LIVING).get(0).getLong("difference");
            if (difference != 0) {
                throw new AssertionError(
                        process.machine() + " has records of " + difference + " more living rows than rows");
            }
        }
    }
}
