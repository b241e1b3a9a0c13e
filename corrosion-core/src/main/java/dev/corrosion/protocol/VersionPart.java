package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import java.util.List;

/**
 * A part of one version: all of its surviving changes with sequence numbers from {@code fromSeq} to {@code toSeq}.
 *
 * @param actor whose version
 * @param version which version
 * @param fromSeq first sequence number covered
 * @param toSeq last sequence number covered
 * @param last nothing of this version comes after {@code toSeq}
 * @param changes in order of their sequence numbers; fewer than covered where later versions have overwritten some
 */
public record VersionPart(ActorId actor, long version, long fromSeq, long toSeq, boolean last, List<Change> changes) {

    public VersionPart {
        if (version < 1 || fromSeq < 0 || toSeq < fromSeq) {
            throw new IllegalArgumentException(
                    "not a part of a version: " + version + " from " + fromSeq + " to " + toSeq);
        }
        changes = List.copyOf(changes);
    }

    public boolean isWhole() {
        return fromSeq == 0 && last;
    }

    /** What it takes in memory and in a frame, roughly, in bytes. */
    public int estimatedBytes() {
        return 40 + changes.stream().mapToInt(Change::estimatedBytes).sum();
    }
}
