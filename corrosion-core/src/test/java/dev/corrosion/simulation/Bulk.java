package dev.corrosion.simulation;

import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One transaction of very many rows: each node shows all of them or none, has them in the end as all others have, and is not
 * sent them again and again.
 */
final class Bulk implements Invariant, Validation {

    static final String TABLE = "bulk";
    static final String SCHEMA = "CREATE TABLE bulk (id INTEGER PRIMARY KEY NOT NULL, value TEXT);";

    private static final String COUNT = "SELECT count(*) AS rows FROM bulk";

    private static final String RECORDS = "SELECT count(*), min(val), max(val), sum(length(val)),"
            + " min(site_id), max(site_id), min(db_version), max(db_version), max(col_version), max(cl)"
            + " FROM corrosion_changes WHERE \"table\" = 'bulk'";

    /** What one run of a node may be sent in answers: about three times what the rows take. */
    private static final long MAX_ANSWERED_BYTES = 10 << 20;

    private final World world;
    private final int rows;
    private final Set<NodeRun> having = new HashSet<>();
    private final Map<InetSocketAddress, Long> answered = new HashMap<>();
    private long writtenAt;
    private long arrivedAt;

    Bulk(World world, int rows) {
        this.world = world;
        this.rows = rows;
    }

    List<Statement> statements() {
        writtenAt = world.time.now();
        return List.of(Statement.of(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                        + " INSERT INTO bulk SELECT i, 'row number ' || i FROM n",
                rows));
    }

    /** From when it was written until the last node that has it got it. */
    Duration taken() {
        return Duration.ofNanos(arrivedAt - writtenAt);
    }

    int nodes() {
        return having.size();
    }

    @Override
    public void started(NodeRun process) {
        answered.remove(process.machine().address);
        look(process);
    }

    @Override
    public void stopped(NodeRun process) {
        having.remove(process);
    }

    @Override
    public void committed(NodeRun process) {
        if (!having.contains(process)) {
            look(process);
        }
    }

    private void look(NodeRun process) {
        long count = process.node().query(COUNT).get(0).getLong("rows");
        if (count == rows) {
            having.add(process);
            arrivedAt = world.time.now();
        } else if (count > 0) {
            throw new AssertionError(process.machine() + " shows " + count + " of " + rows + " rows");
        }
    }

    @Override
    public void delivered(Delivery delivery) {
        if (delivery.kind() == Delivery.Kind.ANSWER) {
            long bytes = answered.merge(delivery.to(), (long) delivery.payload().length, Long::sum);
            if (bytes > MAX_ANSWERED_BYTES) {
                throw new AssertionError(delivery.to() + " was sent " + bytes + " bytes in answers");
            }
        }
    }

    @Override
    public void check(World world) {
        List<NodeRun> running = world.running();
        List<Row> records = running.get(0).node().query(RECORDS);
        for (NodeRun process : running) {
            look(process);
            if (!having.contains(process)) {
                throw new AssertionError(process.machine() + " has none of the " + rows + " rows");
            }
            List<Row> there = process.node().query(RECORDS);
            if (!there.equals(records)) {
                throw new AssertionError(process.machine() + " has " + there + ", another has " + records);
            }
        }
    }
}
