package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Wire;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * I4: a version of an actor is one thing for ever, whoever tells of it: its number is never used for something else. But for
 * the sentinel of a row that lives again: a node that sees a cell of the new life first makes one up (rule M11), at its place.
 */
final class OriginInvariant implements Invariant {

    private record Place(ActorId actor, long version, long seq) {}

    private final Map<Place, Change> told = new HashMap<>();

    @Override
    public void delivered(Delivery delivery) {
        if (delivery.kind() != Delivery.Kind.FRAME && delivery.kind() != Delivery.Kind.ANSWER) {
            return;
        }
        Message message = Wire.decode(delivery.payload());
        if (message instanceof Changes changes) {
            for (VersionPart part : changes.parts()) {
                part.changes().stream().filter(change -> !change.isSentinel()).forEach(change -> check(part, change));
            }
        }
    }

    private void check(VersionPart part, Change change) {
        Change before = told.putIfAbsent(new Place(part.actor(), part.version(), change.seq()), change);
        if (before != null && !isSame(before, change)) {
            throw new AssertionError("two changes have one place: " + before + " and " + change);
        }
    }

    /** All but the causal length of the row, which is that of the time when the change is read. */
    private static boolean isSame(Change one, Change other) {
        return one.table().equals(other.table())
                && Arrays.equals(one.pk(), other.pk())
                && one.cid().equals(other.cid())
                && Objects.deepEquals(one.val(), other.val())
                && one.colVersion() == other.colVersion()
                && one.ts().equals(other.ts());
    }
}
