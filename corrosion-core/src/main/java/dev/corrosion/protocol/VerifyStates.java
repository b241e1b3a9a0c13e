package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.RowState;
import dev.corrosion.ledger.ActorVersions;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * This is what I have of these rows.
 *
 * @param holds the versions that I held when I read them
 * @param rows in the order of the question, the first of them at least
 */
public record VerifyStates(Map<ActorId, ActorVersions> holds, List<RowState> rows) implements VerifyMessage {

    public VerifyStates {
        VerifyMessage.requireBounded(rows.size());
        holds = Collections.unmodifiableMap(new TreeMap<>(holds));
        rows = List.copyOf(rows);
    }
}
