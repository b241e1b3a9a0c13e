package dev.corrosion.simulation;

import java.util.List;

/**
 * V2: all nodes have the same records of the changes of rows that are there, so that they will decide alike in future. Of
 * deleted rows the records go in due course, and not everywhere at once; and who has brought a row to life decides
 * nothing, so of two who did at once each node keeps the one that it heard of first.
 */
final class SameClocks implements Validation {

    @Override
    public void check(World world) {
        String query = "SELECT \"table\", pk, cid, val, col_version, cl, iif(cid = '-1', NULL, site_id),"
                + " iif(cid = '-1', NULL, db_version) FROM corrosion_changes WHERE cl % 2 = 1 AND \"table\" <> '"
                + world.history.leftOut + "' ORDER BY \"table\", pk, cid";
        List<NodeRun> running = world.running();
        for (NodeRun process : running.subList(1, running.size())) {
            Rows.requireSame(running.get(0), process, query);
        }
    }
}
