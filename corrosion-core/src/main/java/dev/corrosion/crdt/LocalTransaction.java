package dev.corrosion.crdt;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a local transaction recorded.
 *
 * @param version the version that it becomes with its COMMIT, or 0 if it recorded nothing
 * @param tables replicated tables that it changed
 */
public record LocalTransaction(long version, Set<String> tables) {

    public LocalTransaction {
        tables = Collections.unmodifiableSet(new TreeSet<>(tables));
    }
}
