package dev.corrosion.subscription;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import dev.corrosion.ledger.VersionRange;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a commit has changed.
 *
 * @param versions the versions that are here now and were not before
 * @param tables the tables that these have changed
 * @param whole tables of which any row may have changed, by something that is no version
 * @param changes all changes of the one version that there is; empty if they are not at hand
 */
public record Commit(
        Map<ActorId, List<VersionRange>> versions, Set<String> tables, Set<String> whole, List<Change> changes) {

    /**
     * A version that was written here.
     *
     * @param changes all of it, or none
     */
    public static Commit local(ActorId self, long version, Set<String> tables, List<Change> changes) {
        return new Commit(Map.of(self, List.of(new VersionRange(version, version))), tables, Set.of(), changes);
    }

    /** Versions of others. */
    public static Commit applied(Map<ActorId, List<VersionRange>> versions, Set<String> tables) {
        return new Commit(versions, tables, Set.of(), List.of());
    }

    /** Something else has changed these tables. */
    public static Commit whole(Set<String> tables) {
        return new Commit(Map.of(), Set.of(), tables, List.of());
    }
}
