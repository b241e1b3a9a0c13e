package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.RangeSet;
import java.util.List;

/**
 * Send me these versions. Answered by {@link Changes} and {@link EmptyVersions}, in the order of the question, the newest
 * range of an actor first. The end may come before everything was sent: ask again.
 *
 * @param wanted what I lack
 * @param horizon of up to where I know tombstones to be collected
 */
public record SyncFetch(List<Wanted> wanted, Fingerprint horizon) implements SyncMessage {

    /** Versions of one actor. */
    public record Wanted(ActorId actor, RangeSet versions) {}

    public SyncFetch {
        wanted = List.copyOf(wanted);
    }
}
