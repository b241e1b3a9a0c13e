package dev.corrosion.crdt;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What a vector leaves open, by its tags and configuration: where the original's numbers are an accident of how it is
 * built. All else is compared strictly.
 *
 * @param seqOrderOnly work was undone inside transactions that went on: of the seqs taken since, only the order counts
 * @param versionGaps such transactions may have used up a version without a change, or may not have
 * @param rowsInAnyOrder statements touch several rows: the rows may take their seqs in another order
 * @param repeatedWins values have types that their columns convert: a change may win again when it comes again
 * @param equalWrites which of two equal writes keeps the record is not as here, where the larger actor's does; so the
 *     origin of records is left out, and a change may win here that did not win there
 */
record Leniency(
        boolean seqOrderOnly, boolean versionGaps, boolean rowsInAnyOrder, boolean repeatedWins, boolean equalWrites) {

    static final Leniency NONE = new Leniency(false, false, false, false, false);

    /** All tags that the format knows; those that are not looked at below say only what occurs. */
    private static final List<String> TAGS = List.of(
            "corrosion",
            "chaos",
            "failures",
            "multirow",
            "pk-update",
            "mev0",
            "mev1",
            "seq-burn",
            "db_version-gap",
            "wrong-type");

    static Leniency of(JsonNode vector) {
        List<String> tags = Vectors.strings(vector.get("tags"));
        if (!TAGS.containsAll(tags)) {
            throw new IllegalArgumentException("unknown tag among " + tags);
        }
        boolean failures = tags.contains("failures");
        return new Leniency(
                failures || tags.contains("seq-burn"),
                failures || tags.contains("db_version-gap"),
                tags.contains("multirow"),
                tags.contains("wrong-type"),
                vector.get("config").get("merge_equal_values").intValue() == 0);
    }
}
