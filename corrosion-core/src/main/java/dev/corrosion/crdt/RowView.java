package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.ActorVersions;
import java.util.Map;

/**
 * A row as a node has it.
 *
 * @param row what it has
 * @param holds the versions that it held at the latest when it read the row
 */
public record RowView(RowState row, Map<ActorId, ActorVersions> holds) {

    boolean holds(SiteStamp stamp) {
        return holds.getOrDefault(stamp.site(), ActorVersions.NONE).contains(stamp.version());
    }

    /** Whether what the table has and what the records say agree, and no record is of a version that is not here. */
    boolean isSound() {
        return hasSoundRecord() && row.present() == row.lives();
    }

    /** Whether the record of the row itself is one that this node can have. */
    boolean hasSoundRecord() {
        SiteStamp sentinel = row.sentinel();
        return row.regular() && (row.lives() || sentinel == null || holds(sentinel));
    }
}
