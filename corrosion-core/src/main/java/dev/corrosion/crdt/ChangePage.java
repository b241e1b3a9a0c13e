package dev.corrosion.crdt;

import java.util.List;

/**
 * Part of the changes of one version, in the order of their seq.
 *
 * @param changes may be empty if nothing of the version survives from there on
 * @param last nothing follows
 */
public record ChangePage(List<Change> changes, boolean last) {

    public ChangePage {
        changes = List.copyOf(changes);
    }
}
