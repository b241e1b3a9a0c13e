package dev.corrosion.protocol;

/** What nodes say to each other to find out whether their copies of the data are the same. */
public sealed interface VerifyMessage extends SyncMessage
        permits VerifyRanges, VerifyFound, VerifyRows, VerifyStates, VerifyRepair {

    /** The most ranges, or parts of one, or rows of one answer, that one message may have. */
    int MAX_ITEMS = 256;

    /** Refuses more, by an {@link IllegalArgumentException}. */
    static void requireBounded(int items) {
        if (items > MAX_ITEMS) {
            throw new IllegalArgumentException(items + " items, where " + MAX_ITEMS + " are allowed");
        }
    }
}
