package dev.corrosion.protocol;

/** What messages are for, so that their bytes can be told apart. */
public enum Purpose {
    /** Who is there. */
    SWIM,
    /** Changes that travel unasked, and the digests that find what was lost. */
    BROADCAST,
    /** Anti-entropy; also what is not known. */
    SYNC,
    /** Copies of the database. */
    SNAPSHOT,
    /** Comparison of rows. */
    VERIFY,
    /** Waiting for a version to be elsewhere. */
    ACKNOWLEDGEMENT;

    /** That of an encoded question. Looks at its type only, so the bytes need not be a message. */
    public static Purpose of(byte[] question) {
        int type = question.length > 1 ? question[1] & 0xff : 0;
        return switch (type) {
            case Wire.SWIM, Wire.PUSH_PULL -> SWIM;
            case Wire.AWAIT_VERSION -> ACKNOWLEDGEMENT;
            case SyncCodec.SNAPSHOT_REQUEST -> SNAPSHOT;
            case VerifyCodec.RANGES, VerifyCodec.ROWS, VerifyCodec.REPAIR -> VERIFY;
            default -> SYNC;
        };
    }
}
