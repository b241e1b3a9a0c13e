package dev.corrosion.crdt;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a merge did.
 *
 * @param impact for each change, in order, whether it was applied; only those are worth passing on
 * @param tables tables with rows that changed, or of which a record now names another version
 */
public record MergeResult(List<Boolean> impact, Set<String> tables) {

    public MergeResult {
        impact = List.copyOf(impact);
        tables = Collections.unmodifiableSet(new TreeSet<>(tables));
    }
}
