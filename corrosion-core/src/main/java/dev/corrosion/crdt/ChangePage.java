package dev.corrosion.crdt;

import java.util.List;

/**
 * Part of the changes of one version, in the order of their seq.
 *
 * @param changes may be empty if nothing of the version survives from there on
 * @param last nothing follows
 * @param complete false if the version, on this page or another, has records that none of the given tables and columns
 *     explains: then the changes are not all of the version, and none does not mean that it is empty
 */
public record ChangePage(List<Change> changes, boolean last, boolean complete) {

    public ChangePage {
        changes = List.copyOf(changes);
    }
}
