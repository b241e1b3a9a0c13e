package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.VersionRange;
import java.util.List;

/** Versions of which nothing is left: later ones have overwritten all of their changes. */
public record EmptyVersions(ActorId actor, List<VersionRange> ranges) implements Message {

    public EmptyVersions {
        ranges = List.copyOf(ranges);
    }
}
